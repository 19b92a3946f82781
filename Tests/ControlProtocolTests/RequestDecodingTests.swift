import ControlProtocol
import Testing

@Suite struct RequestDecodingTests {
    private func decode(_ line: String) throws(ControlRequest.Refusal) -> ControlRequest {
        try ControlRequest.decode(line: Array(line.utf8))
    }

    private func refused(_ line: String) -> ControlRequest.Refusal? {
        do throws(ControlRequest.Refusal) {
            _ = try decode(line)
            return nil
        } catch {
            return error
        }
    }

    static let calls: [ControlCall] = [
        .hello, .reload,
        .view(ViewQuery(.senders, filter: "plan:new", sort: "used", limit: 3, held: ["a"], locate: "b")),
        .subscribe(.init(query: ViewQuery(.queue), framesPerSecond: 2.5)), .unsubscribe(.init(subscription: 4)),
        .preview(.init(action: .queue(operation: .hold, selection: .account(name: "佐藤商店@shop.example")))),
        .perform(
            Order(action: .limit(target: .plan(name: "new"), limit: "20 messages per day"), reason: "r", seconds: 60)),
        .perform(Order(action: .whitelist(network: "203.0.113.0/24", carrier: nil), reason: "r", seconds: nil)),
        .importAccounts(.init(csv: "login,plan\na@isp.example,new\n", reason: "新規")),
    ]

    @Test(arguments: calls) func whatAClientWritesAnEngineReads(call: ControlCall) throws {
        let request = ControlRequest(id: .string("七"), call: call)
        let line = try JSONLine.encode(request)
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(try ControlRequest.decode(line: line) == request)
    }

    @Test func membersAreCompactAndInOrder() throws {
        let line = try JSONLine.encode(ControlRequest(id: .number(1), call: .unsubscribe(.init(subscription: 2))))
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"id":1,"jsonrpc":"2.0","method":"unsubscribe","params":{"subscription":2}}"#)
    }

    @Test func aViewNeedsNoMoreThanItsName() throws {
        let request = try decode(#"{"jsonrpc":"2.0","method":"view","params":{"view":"senders"},"id":1}"#)
        #expect(request.call == .view(ViewQuery(.senders)))
    }

    @Test(arguments: ["", "{", "hello", "{\"id\":1", "{\"id\":1}}", "\u{0}", "{'id':1}", "{\"a\":\u{0}}"])
    func whatIsNoJSONIsSaidToBeNone(line: String) throws {
        let refusal = try #require(refused(line))
        #expect(refusal.error.code == -32700)
        #expect(refusal.id == .null)
        #expect(refusal.error.message.hasPrefix("this is no JSON: "))
    }

    @Test func invalidUTF8IsNoJSON() throws {
        let line = Array(#"{"id":1,"method":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        #expect(throws: ControlRequest.Refusal.self) { try ControlRequest.decode(line: line) }
    }

    @Test func deepNestingIsRefusedAndNotFollowed() throws {
        let refusal = try #require(
            refused(
                #"{"id":1,"jsonrpc":"2.0","method":"view","params":"# + String(repeating: "{\"a\":", count: 100_000)))
        #expect(refusal.error.code == -32700)
    }

    @Test(arguments: [
        (#"7"#, "a request must be an object"),
        (#"[{"jsonrpc":"2.0","method":"hello","id":1}]"#, "batches are not answered: send one request a line"),
        (#"{"method":"hello","id":1}"#, "jsonrpc must be \"2.0\""),
        (#"{"jsonrpc":"1.0","method":"hello","id":1}"#, "jsonrpc must be \"2.0\""),
        (#"{"jsonrpc":"2.0","id":1}"#, "method must be a string"),
        (#"{"jsonrpc":"2.0","method":5,"id":1}"#, "method must be a string"),
        (#"{"jsonrpc":"2.0","method":"hello"}"#, "id must be a string or a whole number"),
        (#"{"jsonrpc":"2.0","method":"hello","id":1.5}"#, "id must be a string or a whole number"),
        (#"{"jsonrpc":"2.0","method":"hello","id":{}}"#, "id must be a string or a whole number"),
    ])
    func whatIsNoRequestIsSaidToBeNone(line: String, message: String) throws {
        let refusal = try #require(refused(line))
        #expect(refusal.error == .invalidRequest(message))
    }

    @Test func anUnknownMethodIsAnsweredWithTheNearest() throws {
        let refusal = try #require(refused(#"{"jsonrpc":"2.0","method":"suscribe","id":"x"}"#))
        #expect(refusal.error == .methodNotFound("no method \"suscribe\"; did you mean \"subscribe\"?"))
        #expect(refusal.id == .string("x"))
        let other = try #require(refused(#"{"jsonrpc":"2.0","method":"frobnicate","id":1}"#))
        #expect(other.error.message.contains("hello, view, subscribe"))
    }

    @Test(arguments: [
        (#""method":"view""#, "params is missing"),
        (#""method":"view","params":[]"#, "params must be an object"),
        (#""method":"view","params":{}"#, "params.view is missing"),
        (
            #""method":"view","params":{"view":"sender"}"#,
            "params.view: no view is named \"sender\"; there are overview, queue, senders, sources, domains, carriers, "
                + "actions, account, source, domain, carrier, message, why, plans"
        ),
        (#""method":"view","params":{"view":"senders","limit":"many"}"#, "params.limit must be a whole number"),
        (#""method":"view","params":{"view":"senders","limit":-1}"#, "params.limit must be 0 to 1000"),
        (#""method":"view","params":{"view":"senders","limit":100000}"#, "params.limit must be 0 to 1000"),
        (#""method":"view","params":{"view":"senders","offset":-1}"#, "params.offset must not be negative"),
        (#""method":"view","params":{"view":"senders","held":["a",2]}"#, "params.held[1] must be a string"),
        (
            #""method":"view","params":{"view":"senders","fliter":"x"}"#,
            "params.fliter is not known; did you mean \"filter\"?"
        ),
        (#""method":"hello","params":{"x":1}"#, "params.x is not known: this method takes none"),
        (#""method":"unsubscribe","params":{"subscription":"1"}"#, "params.subscription must be a whole number"),
        (
            #""method":"subscribe","params":{"query":{"view":"queue"},"framesPerSecond":11}"#,
            "params.framesPerSecond must be over 0 and at most 10"
        ),
        (
            #""method":"subscribe","params":{"query":{"view":"queue"},"framesPerSecond":0}"#,
            "params.framesPerSecond must be over 0 and at most 10"
        ),
        (
            #""method":"perform","params":{"action":{"resume":{"account":"a"}},"reason":"r","second":60}"#,
            "params.second is not known; did you mean \"seconds\"?"
        ),
        (#""method":"perform","params":{"action":{"resume":{"account":"a"}}}"#, "params.reason is missing"),
        (
            #""method":"perform","params":{"action":{"suspnd":{"account":"a"}},"reason":"r"}"#,
            "params.action.suspnd is no action; did you mean \"suspend\"?"
        ),
        (
            #""method":"preview","params":{"action":{"suspend":{"account":"a"}}}"#,
            "params.action.suspend.mode is missing"
        ),
        (
            #""method":"preview","params":{"action":{"whitelist":{"network":"192.0.2.1","carier":"au"}}}"#,
            "params.action.whitelist.carier is not known"
        ),
        (#""method":"importAccounts","params":{"csv":1,"reason":"r"}"#, "params.csv must be a string"),
    ])
    func wrongParametersAreNamed(members: String, message: String) throws {
        let refusal = try #require(refused(#"{"jsonrpc":"2.0","id":3,\#(members)}"#))
        #expect(refusal.error == .invalidParameters(message))
        #expect(refusal.id == .number(3))
    }

    @Test func anActionOfTwoVerbsIsNone() throws {
        let refusal = try #require(
            refused(
                #"{"jsonrpc":"2.0","id":3,"method":"preview","params":{"action":{"resume":{"account":"a"},"contain":{"account":"b"}}}}"#
            ))
        #expect(refusal.error.message.hasPrefix("params.action must be an object with one member, one of suspend, "))
    }

    @Test func anExplicitNullIsAsIfLeftOut() throws {
        let request = try decode(
            #"{"jsonrpc":"2.0","id":3,"method":"perform","params":{"action":{"block":{"network":"192.0.2.1"}},"reason":"r","seconds":null}}"#
        )
        #expect(request.call == .perform(Order(action: .block(network: "192.0.2.1"), reason: "r", seconds: nil)))
    }
}
