import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct TypedCommandTests {
    @Test(arguments: [
        ("senders", TypedCommand.Request.view(.senders)), ("3", .view(.senders)), ("plans", .view(.plans)),
        ("account yamada88@isp.example", .page(.account, "yamada88@isp.example")), ("why 4Zk01", .page(.why, "4Zk01")),
        ("quit", .quit), ("q", .quit), ("filter plan:new rate>5", .filter("plan:new rate>5")),
        ("sort rate up", .sort(column: "rate", descending: false)), ("help", .help), ("reload", .reload),
    ])
    func aLineAsksForWhatItSays(_ line: String, _ request: TypedCommand.Request) throws {
        #expect(try TypedCommand.parse(line) == request)
    }

    @Test(arguments: [
        (
            "suspend a@x --for 7d --reason 'ticket 4412'", ActionDraft.suspend(accounts: ["a@x"]), "", "7d",
            "ticket 4412"
        ),
        ("limit a@x 20 messages per day", .limit([.account(name: "a@x")]), "20 messages per day", "24h", ""),
        ("limit plan new 5 messages per day", .limit([.plan(name: "new")]), "5 messages per day", "24h", ""),
        ("throttle docomo 0.2", .throttle(carriers: ["docomo"]), "0.2", "24h", ""),
        ("whitelist 203.0.113.0/24 docomo", .whitelist(networks: ["203.0.113.0/24"]), "docomo", "7d", ""),
        ("delete account a@x", .queue(.delete, .account(name: "a@x")), "", "24h", ""),
        ("hold 4Zk01 4Zk02", .queue(.hold, .messages(ids: ["4Zk01", "4Zk02"])), "", "24h", ""),
        ("flush filter carrier:au", .queue(.flush, .filter(text: "carrier:au")), "", "24h", ""),
        ("undo #12", .undo(numbers: [12]), "", "24h", ""),
    ])
    func aVerbOpensItsDialogFilledIn(
        _ line: String, _ draft: ActionDraft, _ value: String, _ duration: String, _ reason: String
    ) throws {
        guard case .action(let dialog) = try TypedCommand.parse(line) else {
            Issue.record("\(line) opens no dialog")
            return
        }
        #expect(dialog.draft == draft)
        #expect(dialog.value.text == value)
        #expect(dialog.duration.text == duration)
        #expect(dialog.reason.text == reason)
        #expect(dialog.focus == .cancel)
    }

    @Test(arguments: [
        "suspned a@x", "suspend", "suspend a@x b@x", "undo x", "account", "senders now", "suspend 'a@x", "--for",
    ])
    func aLineThatIsNoneSaysWhatIsWrong(_ line: String) {
        #expect(throws: TypedCommand.Trouble.self) { try TypedCommand.parse(line) }
    }

    @Test func aSlipStaysInTheLineToBeMended() {
        var session = ConsoleSession()
        session.press(.character(":"))
        session.type("suspned a@x")
        session.press(.enter)
        #expect(session.state.prompt?.input.text == "suspned a@x")
        #expect(session.state.prompt?.trouble?.contains("suspend") == true)
    }

    @Test func aTypedVerbPerformsNothingByItself() {
        var session = ConsoleSession()
        session.deliver(ConsoleSession.senders([]))
        session.press(.character(":"))
        session.type("suspend a@x --reason r --for 1h")
        session.press(.enter)
        #expect(session.dialog?.draft == .suspend(accounts: ["a@x"]))
        #expect(session.sentOrders.isEmpty)
    }

    @Test func tabCompletesAsFarAsItIsCertain() {
        #expect(TypedCommand.completed("ove") == "overview ")
        #expect(TypedCommand.completed("s") == "s")
        #expect(TypedCommand.completed("re") == "re")
        #expect(TypedCommand.completed("rel") == "rel")
        #expect(TypedCommand.completed("suspend a") == "suspend a")
    }

    @Test func noLineTraps() {
        var numbers = SeededNumbers(state: 99)
        for _ in 0..<2_000 {
            let line =
                (TypedCommand.usages.randomElement(using: &numbers)?.word ?? "") + " " + GridTests.anyText(&numbers)
            _ = try? TypedCommand.parse(line)
            _ = TypedCommand.completed(line)
            _ = TypedCommand.hint(line)
        }
    }
}
