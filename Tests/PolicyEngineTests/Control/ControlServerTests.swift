import ControlProtocol
import ControlTesting
import Foundation
import PolicyEngine
import Testing

@Suite(.timeLimit(.minutes(2))) struct ControlServerTests {
    private let hello = #"{"id":1,"jsonrpc":"2.0","method":"hello"}"# + "\n"

    @Test func thePeerIsWhomTheKernelNames() async throws {
        try await ServedEngine.run { served in
            let client = try await RawClient(path: served.path)
            try await client.send(hello)
            let line = try #require(await client.line())
            let peer = try #require(served.engine.peers.first)
            #expect(peer.userID == getuid())
            #expect(peer.processID == getpid())
            #expect(peer.login == String(cString: try #require(getpwuid(getuid())).pointee.pw_name))
            #expect(peer.groups.contains(String(cString: try #require(getgrgid(getgid())).pointee.gr_name)))
            #expect(line.contains(#""actor":"\#(peer.login)""#))
        }
    }

    @Test func badLinesAreAnsweredAndTheConnectionGoesOn() async throws {
        try await ServedEngine.run { served in
            let client = try await RawClient(path: served.path)
            try await client.send("GET / HTTP/1.1\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"veiw\"}\n" + hello)
            #expect(try #require(await client.line()).contains("-32700"))
            #expect(try #require(await client.line()).contains(#"did you mean \"view\"?"#))
            #expect(try #require(await client.line()).contains("protocolVersion"))
        }
    }

    @Test func aHundredMegabytesAreRefusedWhileOthersAreServed() async throws {
        try await ServedEngine.run { served in
            let other = SocketEngineLink(path: served.path)
            let large = try await RawClient(path: served.path)
            async let flood: Void = {
                let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
                try await large.send(#"{"id":1,"jsonrpc":"2.0","method":"view","params":""#)
                for _ in 0..<100 { try await large.send(piece) }
                try await large.send("\"}\n" + hello)
            }()
            for _ in 0..<20 { _ = try await other.view(ViewQuery(.plans)) }
            try await flood
            #expect(try #require(await large.line()).contains("a line of more than 1048576 bytes was dropped"))
            #expect(try #require(await large.line()).contains("protocolVersion"))
            #expect(served.engine.queries.count == 20)
        }
    }

    @Test func oneImportIsReadAtATime() async throws {
        try await ServedEngine.run { served in
            let (first, second) = (try await RawClient(path: served.path), try await RawClient(path: served.path))
            let start = #"{"id":1,"jsonrpc":"2.0","method":"importAccounts","params":{"reason":"r","csv":""#
            let megabytes = String(repeating: "x", count: 3 << 20)
            try await first.send(start + megabytes)
            // The first has its place as soon as the engine has read enough of it; until then nobody has.
            let refused = await eventually {
                try? await second.send(start + megabytes + "\"}}\n")
                return await second.line()?.contains("another import is being read") == true
            }
            #expect(refused)
            try await second.send(hello)
            #expect(try #require(await second.line()).contains("protocolVersion"))
            try await first.send("\"}}\n")
            #expect(try #require(await first.line()).contains("imported"))
            let other = SocketEngineLink(path: served.path)
            let accepted = await eventually {
                (try? await other.importAccounts(csv: megabytes, reason: "r")) != nil
            }
            #expect(accepted)
        }
    }

    @Test func theEndDoesNotWaitForAClientThatDoesNotRead() async throws {
        let start = ContinuousClock.now
        try await ServedEngine.run { served in
            let slow = try await RawClient(path: served.path, reads: false)
            let order = Order(
                action: .block(network: "192.0.2.1"), reason: String(repeating: "x", count: 500_000), seconds: nil)
            for number in 0..<16 {
                try await slow.send(
                    JSONLine.encode(ControlRequest(id: .number(Int64(number)), call: .perform(order))) + [10])
            }
            #expect(await eventually { !served.engine.orders.isEmpty })
        }
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func aLineThatIsNotFinishedInTimeClosesItsConnectionAlone() async throws {
        try await ServedEngine.run(settings: ControlServerSettings(path: "", lineTimeout: .milliseconds(300))) {
            served in
            let idle = try await RawClient(path: served.path)
            let slow = try await RawClient(path: served.path)
            // A byte at a time does not keep it alive.
            let drip = Task {
                while !Task.isCancelled {
                    try await slow.send(" ")
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(try #require(await slow.line()).contains("was begun and not finished"))
            #expect(await slow.line() == nil)
            drip.cancel()
            try await idle.send(hello)
            #expect(await idle.line() != nil)
        }
    }

    @Test func connectionsAreBoundedAndTheRefusalSaysSo() async throws {
        try await ServedEngine.run(settings: ControlServerSettings(path: "", maximumConnectionsPerUser: 3)) { served in
            var clients: [RawClient] = []
            for _ in 0..<3 {
                let client = try await RawClient(path: served.path)
                try await client.send(hello)
                #expect(await client.line() != nil)
                clients.append(client)
            }
            let refused = try await RawClient(path: served.path)
            #expect(try #require(await refused.line()).contains("has 3 control connections, which is the most"))
            #expect(await refused.line() == nil)
            try await clients.removeLast().close()
            // The place is free as soon as the engine has seen the end.
            let served = await eventually {
                guard let client = try? await RawClient(path: served.path) else { return false }
                try? await client.send(hello)
                return await client.line()?.contains("protocolVersion") == true
            }
            #expect(served)
        }
    }

    @Test func aSlowReaderGetsTheNewestFrameAndHoldsUpNobody() async throws {
        try await ServedEngine.run { served in
            let slow = try await RawClient(path: served.path, reads: false)
            try await slow.send(
                #"{"id":1,"jsonrpc":"2.0","method":"subscribe","params":{"query":{"view":"senders"}}}"# + "\n")
            #expect(await eventually { served.engine.subscriberCount == 1 })
            // Each frame is larger than what the kernel holds for a socket, so the second cannot leave.
            let rows = (0..<1_000).map {
                SenderRow.sample("\($0)@isp.example", name: String(repeating: "山", count: 500))
            }
            let fast = SocketEngineLink(path: served.path)
            for number in 1...200 {
                var status = EngineStatus.sample
                status.queueLength = number
                served.engine.publish(ViewFrame(status: status, content: .senders(rows)))
                if number.isMultiple(of: 20) { _ = try await fast.view(ViewQuery(.plans)) }
            }
            try await slow.startReading()
            var frames: [Int] = []
            while frames.last != 200, let line = await slow.line() {
                guard let range = line.range(of: #""queueLength":"#) else { continue }
                frames.append(Int(line[range.upperBound...].prefix { $0.isNumber }) ?? 0)
            }
            #expect(frames.last == 200)
            #expect(frames.count < 20, "\(frames)")
        }
    }

    @Test func framesComeAtMostTenTimesASecond() async throws {
        try await ServedEngine.run { served in
            let link = SocketEngineLink(path: served.path)
            let stream = try await link.subscribe(ViewQuery(.plans))
            let publishing = Task {
                while !Task.isCancelled {
                    served.engine.publish(ViewFrame(status: .sample, content: .unknownSubject("x")))
                    try await Task.sleep(for: .milliseconds(2))
                }
            }
            let start = ContinuousClock.now
            var count = 0
            for try await _ in stream {
                count += 1
                if count == 6 { break }
            }
            publishing.cancel()
            #expect(ContinuousClock.now - start >= .milliseconds(450))
        }
    }

    @Test func changesOfOneClientAreMadeInTheirOrder() async throws {
        let gate = Gate()
        let engine = FakeEngine(answer: { order in
            if case .suspend = order.action { await gate.wait() }
            return .sample(of: order)
        })
        try await ServedEngine.run(engine) { served in
            let client = try await RawClient(path: served.path)
            for order in [
                Order(action: .suspend(account: "a", mode: .refuse), reason: "r", seconds: nil),
                Order(action: .resume(account: "a"), reason: "r", seconds: nil),
            ] {
                try await client.send(JSONLine.encode(ControlRequest(id: .number(1), call: .perform(order))) + [10])
            }
            try await client.send(#"{"id":2,"jsonrpc":"2.0","method":"view","params":{"view":"plans"}}"# + "\n")
            #expect(try #require(await client.line()).contains(#""id":2"#))
            #expect(engine.orders.count == 1)
            gate.open()
            #expect(try #require(await client.line()).contains("suspend a"))
            #expect(try #require(await client.line()).contains("resume a"))
        }
    }

    @Test func aChangeIsMadeEvenIfItsClientLeaves() async throws {
        let gate = Gate()
        let engine = FakeEngine(answer: { order in
            await gate.wait()
            return .sample(of: order)
        })
        try await ServedEngine.run(engine) { served in
            let client = try await RawClient(path: served.path)
            for account in ["a", "b"] {
                let order = Order(action: .resume(account: account), reason: "r", seconds: nil)
                try await client.send(JSONLine.encode(ControlRequest(id: .number(1), call: .perform(order))) + [10])
            }
            #expect(await eventually { engine.orders.count == 1 })
            try await client.close()
            gate.open()
            #expect(await eventually { engine.orders.count == 2 })
        }
    }

    @Test func aScriptThatPipesItsRequestsInGetsEveryAnswer() async throws {
        let gate = Gate()
        let engine = FakeEngine(answer: { order in
            await gate.wait()
            return .sample(of: order)
        })
        try await ServedEngine.run(engine) { served in
            let client = try await RawClient(path: served.path)
            let order = Order(action: .resume(account: "a"), reason: "r", seconds: nil)
            try await client.send(JSONLine.encode(ControlRequest(id: .number(1), call: .perform(order))) + [10])
            // The last line has no line feed.
            try await client.send(JSONLine.encode(ControlRequest(id: .number(2), call: .hello)))
            try await client.finishSending()
            #expect(try #require(await client.line()).contains("protocolVersion"))
            gate.open()
            #expect(try #require(await client.line()).contains("resume a"))
            #expect(await client.line() == nil)
        }
    }

    @Test func aPipedSubscriptionGoesOnUntilItsReaderLeaves() async throws {
        try await ServedEngine.run { served in
            let client = try await RawClient(path: served.path)
            try await client.send(
                #"{"id":1,"jsonrpc":"2.0","method":"subscribe","params":{"query":{"view":"plans"}}}"#)
            try await client.finishSending()
            #expect(try #require(await client.line()).contains(#""subscription":1"#))
            #expect(try #require(await client.line()).contains(#""method":"frame""#))
            try await client.close()
            let ended = await eventually {
                served.engine.publish(ViewFrame(status: .sample, content: .unknownSubject("x")))
                return served.engine.subscriberCount == 0
            }
            #expect(ended)
        }
    }

    @Test func subscriptionsEndWithTheirClient() async throws {
        try await ServedEngine.run { served in
            let client = try await RawClient(path: served.path)
            try await client.send(
                #"{"id":1,"jsonrpc":"2.0","method":"subscribe","params":{"query":{"view":"plans"}}}"# + "\n")
            #expect(try #require(await client.line()).contains(#""subscription":1"#))
            #expect(served.engine.subscriberCount == 1)
            try await client.close()
            #expect(await eventually { served.engine.subscriberCount == 0 })
        }
    }
}

/// Holds whoever comes until it is opened.
private final class Gate: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func wait() async { for await _ in stream {} }
    func open() { continuation.finish() }
}
