import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct MarkTests {
    private func marked() -> ConsoleSession {
        var session = ConsoleSession(.senders)
        session.deliver(ConsoleSession.senders(["a@x", "b@x", "c@x"]))
        session.press(.down, .character(" "), .character(" "))
        return session
    }

    @Test func marksAreOfIdentitiesAndSurviveAnotherOrder() {
        var session = marked()
        session.pass(Screen.holdMilliseconds)
        session.deliver(ConsoleSession.senders(["c@x", "b@x", "a@x"]))
        #expect(session.state.screen.marks.map(\.id) == ["a@x", "b@x"])
        session.press(.character("x"))
        #expect(session.dialog?.draft == .suspend(accounts: ["a@x", "b@x"]))
    }

    @Test func marksThatAreNotShownAreCountedAloud() {
        var session = marked()
        session.pass(Screen.holdMilliseconds)
        session.deliver(ConsoleSession.senders(["c@x", "b@x"]))
        #expect(session.text.contains("2 marked, 1 not shown"))
    }

    @Test func marksGoAfterTheAction() {
        var session = marked()
        session.press(.character("c"))
        session.answerPreview()
        session.press(.tab, .tab)
        session.type("ticket 1")
        session.press(.tab, .enter)
        #expect(session.sentOrders.last?.map(\.action) == [.contain(account: "a@x"), .contain(account: "b@x")])
        #expect(session.state.screen.marks.count == 2, "nothing is done before the engine says so")
        let receipts = (1...2).map { number in
            Receipt(number: Int64(number), overrideID: nil, summary: "contained", affected: 1, notDone: [])
        }
        session.happen(.performed(ticket: session.lastTicket, receipts.map { .success($0) }))
        #expect(session.state.screen.marks.isEmpty)
        #expect(session.state.overlay == nil)
    }

    @Test func marksStayWhenTheEngineRefuses() {
        var session = marked()
        session.press(.character("c"))
        session.answerPreview()
        session.press(.tab, .tab)
        session.type("ticket 1")
        session.press(.tab, .enter)
        let refused: Result<Receipt, ControlError> = .failure(.failed("database is locked"))
        session.happen(.performed(ticket: session.lastTicket, [refused, refused]))
        #expect(session.state.screen.marks.count == 2)
        #expect(session.text.contains("database is locked"))
        #expect(session.dialog?.reason.text == "ticket 1", "what was written is not lost")
    }

    @Test func aVerbThatDoesNotFitTheMarksSaysSo() {
        var session = marked()
        session.press(.character("t"))
        #expect(session.state.overlay == nil)
        #expect(session.state.notice?.text.contains("2 marked") == true)
    }

    @Test func anActionOnTheSelectedRowLeavesNoMarkBehindOfItself() {
        var session = marked()
        session.press(.escape, .escape)
        #expect(session.state.screen.marks.isEmpty)
    }
}
