import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct LookBackTests {
    private func watched(seconds: Int) -> ConsoleSession {
        var session = ConsoleSession(.senders)
        for second in 0..<seconds {
            session.now += 1_000
            session.deliver(ConsoleSession.senders(["at\(second)@x"]))
        }
        return session
    }

    private func shown(_ session: ConsoleSession) -> String? {
        session.state.screen.shown?.content.rows(of: .table).first?.id
    }

    @Test func theBracketsStepThroughWhatWasShown() {
        var session = watched(seconds: 5)
        session.press(.character("["))
        #expect(shown(session) == "at3@x")
        session.press(.character("["))
        #expect(shown(session) == "at2@x")
        #expect(session.text.contains("LOOKING BACK"))
        session.press(.character("]"))
        #expect(shown(session) == "at3@x")
        session.press(.character("]"))
        #expect(session.state.screen.isLive)
        #expect(shown(session) == "at4@x")
    }

    @Test func escGoesFromThePastToLive() {
        var session = watched(seconds: 5)
        session.press(.character("["), .character("["), .escape)
        #expect(session.state.screen.isLive)
    }

    @Test func framesGoOnBeingKeptWhileOneLooksBack() {
        var session = watched(seconds: 5)
        session.press(.character("["))
        session.now += 1_000
        session.deliver(ConsoleSession.senders(["new@x"]))
        #expect(shown(session) == "at3@x")
        session.press(.escape)
        #expect(shown(session) == "new@x")
    }

    @Test func pFreezesAndSaysSo() {
        var session = watched(seconds: 2)
        session.press(.character("p"))
        session.now += 12_000
        session.deliver(ConsoleSession.senders(["new@x"]))
        #expect(shown(session) == "at1@x")
        #expect(session.text.contains("FROZEN"))
        #expect(session.text.contains("12 s ago"))
        session.press(.character("p"))
        #expect(shown(session) == "new@x")
    }

    @Test func theRingIsBoundedAndReachesBackTenMinutes() {
        var history = FrameHistory()
        let frame = ViewFrame(status: ConsoleSession.status(), content: ConsoleSession.senders([]))
        for tick in 0..<40_000 { history.record(frame, at: Milliseconds(tick) * 100) }
        #expect(history.entries.count <= FrameHistory.fineEntries + FrameHistory.coarseEntries)
        let span = (history.entries.last?.at ?? 0) - (history.entries.first?.at ?? 0)
        #expect(span > 9 * 60_000)
        for (one, next) in zip(history.entries, history.entries.dropFirst()) { #expect(one.at < next.at) }
    }
}
