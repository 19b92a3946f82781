import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct SelectionTests {
    private func sendersSession(_ accounts: [String]) -> ConsoleSession {
        var session = ConsoleSession(.senders)
        session.deliver(ConsoleSession.senders(accounts))
        return session
    }

    @Test func nothingIsSelectedUntilTheOperatorMoves() {
        var session = sendersSession(["a@x", "b@x"])
        #expect(session.state.screen.selectedRow == nil)
        session.press(.character("x"))
        #expect(session.dialog == nil)
        #expect(session.state.notice?.kind == .trouble)
    }

    @Test func theSelectionStaysWithItsRowWhenRowsChangePlaces() {
        var session = sendersSession(["a@x", "b@x", "c@x"])
        session.press(.down, .down)
        #expect(session.state.screen.selectedRow?.id == "b@x")
        session.pass(Screen.holdMilliseconds)
        session.deliver(ConsoleSession.senders(["c@x", "a@x", "b@x"]))
        #expect(session.state.screen.selectedRow?.id == "b@x")
        #expect(session.state.screen.cursor.index == 2)
    }

    @Test func aVerbHitsTheSelectedRowWhateverMovedUnderIt() {
        var session = sendersSession(["a@x", "b@x", "c@x"])
        session.press(.down, .down)
        session.pass(Screen.holdMilliseconds)
        session.deliver(ConsoleSession.senders(["b@x", "c@x", "a@x"]))
        session.press(.character("x"))
        #expect(session.dialog?.draft == .suspend(accounts: ["b@x"]))
    }

    @Test func aRowThatWentAwayCannotBeHit() {
        var session = sendersSession(["a@x", "b@x"])
        session.press(.down, .down)
        session.pass(Screen.holdMilliseconds)
        session.deliver(ConsoleSession.senders(["a@x", "c@x"]))
        #expect(session.state.screen.selectedRow == nil)
        for verb in Verb.allCases where verb != .undo {
            session.press(.character(verb.key))
            #expect(session.state.overlay == nil, "\(verb) opened a dialog")
        }
    }

    @Test func rowsOfTheOldFilterCannotBeHitUntilTheEngineHasAnsweredTheNewOne() {
        var session = sendersSession(["a@x", "b@x"])
        session.press(.down, .character("/"))
        session.type("b@")
        session.press(.enter, .down)
        #expect(session.state.screen.shown?.content.rows(of: .table).map(\.id) == ["a@x", "b@x"])
        #expect(session.state.screen.selectedRow == nil)
        for verb in Verb.allCases {
            session.press(.character(verb.key))
            #expect(session.state.overlay == nil, "\(verb) opened a dialog")
        }
        #expect(session.state.notice?.text.contains("still on their way") == true)
        session.press(.character(" "), .enter)
        #expect(session.state.screen.marks.isEmpty && session.state.screen.view == .senders)
        session.deliver(ConsoleSession.senders(["b@x", "bb@x"]))
        #expect(session.state.screen.selectedRow?.id == "b@x")
        session.press(.character("x"))
        #expect(session.dialog?.draft == .suspend(accounts: ["b@x"]))
    }

    @Test func theOrderStandsStillWhileTheOperatorMoves() {
        var session = sendersSession(["a@x", "b@x", "c@x"])
        session.press(.down)
        session.deliver(ConsoleSession.senders(["c@x", "b@x", "a@x"]))
        let rows = session.state.screen.shown?.content.rows(of: .table).map(\.id)
        #expect(rows == ["a@x", "b@x", "c@x"])
        #expect(session.text.contains("order held 3 s"))
        session.pass(Screen.holdMilliseconds)
        session.deliver(ConsoleSession.senders(["c@x", "b@x", "a@x"]))
        #expect(session.state.screen.shown?.content.rows(of: .table).map(\.id) == ["c@x", "b@x", "a@x"])
    }

    @Test func whileTheOrderIsHeldTheEngineIsAskedForTheRowsThatAreShown() {
        var session = sendersSession(["a@x", "b@x", "c@x"])
        session.press(.down)
        #expect(session.state.subscription?.query.held == ["a@x", "b@x", "c@x"])
        session.pass(Screen.holdMilliseconds)
        #expect(session.state.subscription?.query.held == nil)
        #expect(session.state.subscription?.query.locate == "a@x")
    }

    @Test func aSelectionThatMovedFarAwayIsFollowed() {
        let first = (0..<81).map { "u\($0)@x" }
        var session = ConsoleSession(.senders)
        session.deliver(ConsoleSession.senders(first, matched: 5_000))
        session.press(.down)
        session.pass(Screen.holdMilliseconds)
        session.deliver(ConsoleSession.senders((100..<181).map { "u\($0)@x" }, matched: 5_000, located: 4_000))
        let offset = session.state.subscription?.query.offset ?? 0
        #expect(offset > 3_900 && offset <= 4_000)
        session.deliver(
            ConsoleSession.senders(
                (0..<81).map { $0 + offset == 4_000 ? "u0@x" : "v\($0)@x" }, offset: offset, matched: 5_000,
                located: 4_000))
        #expect(session.state.screen.selectedRow?.id == "u0@x")
        #expect(session.text.contains("u0@x"))
    }

    @Test func theLastRowIsFetchedBeforeItIsSelected() {
        var session = ConsoleSession(.senders)
        session.deliver(ConsoleSession.senders((0..<81).map { "u\($0)@x" }, matched: 5_000))
        session.press(.character("G"))
        #expect(session.state.screen.selectedRow == nil)
        session.press(.character("x"))
        #expect(session.dialog == nil, "a row that has not come must not be hit")
        let offset = session.state.subscription?.query.offset ?? 0
        session.deliver(
            ConsoleSession.senders((offset..<5_000).map { "u\($0)@x" }, offset: offset, matched: 5_000))
        #expect(session.state.screen.selectedRow?.id == "u4999@x")
        #expect(session.text.contains("u4999@x"))
    }

    @Test func movingDownPageByPageReachesEveryRowOnce() {
        var session = ConsoleSession(.senders, size: Size(rows: 12, columns: 80))
        let all = (0..<200).map { "u\($0)@x" }
        func answer(_ session: inout ConsoleSession) {
            let query = session.state.subscription?.query ?? ViewQuery(.senders)
            let rows = Array(all.dropFirst(query.offset).prefix(query.limit))
            session.deliver(ConsoleSession.senders(rows, offset: query.offset, matched: all.count))
        }
        answer(&session)
        var seen: [String] = []
        for _ in 0..<all.count {
            session.press(.down)
            answer(&session)
            seen.append(session.state.screen.selectedRow?.id ?? "none")
        }
        #expect(seen == all)
    }

    @Test func everyViewRemembersWhereTheOperatorStood() {
        var session = sendersSession(["a@x", "b@x"])
        session.press(.down, .down, .character("2"), .character("3"))
        #expect(session.state.screen.cursor.selected == "b@x")
    }

    @Test func framesOfAnEarlierQuestionAreDropped() {
        var session = ConsoleSession(.senders)
        let old = session.state.subscription?.generation ?? 0
        session.press(.character("2"))
        session.happen(
            .frame(
                generation: old, ViewFrame(status: ConsoleSession.status(), content: ConsoleSession.senders(["a@x"]))))
        #expect(session.state.screen.shown == nil)
    }
}
