import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct LinkTests {
    /// Thirty letters are one question, and until it is answered no count stands beside the filter.
    @Test func theEngineIsAskedOnceForAFilterThatIsTypedFast() {
        var session = ConsoleSession(.senders)
        session.deliver(ConsoleSession.senders(["a@isp.example", "b@isp.example"]))
        session.commands = []
        session.press(.character("/"))
        session.type("plan:new")
        #expect(session.commands.isEmpty)
        #expect(session.text.contains("looking for accounts"))
        #expect(session.state.nextDeadline.map { $0 <= session.now + Prompt.typingMilliseconds } == true)
        session.pass(Prompt.typingMilliseconds)
        let asked = session.commands.compactMap { if case .subscribe(_, let query) = $0 { query.filter } else { nil } }
        #expect(asked == ["plan:new"])
        session.deliver(ConsoleSession.senders(["a@isp.example"]))
        #expect(session.text.contains("1 of 1 accounts"))
    }

    @Test func withoutAnEngineTheScreenSaysWhyAndWhatToDo() {
        for size in [Size(rows: 24, columns: 80), Size(rows: 10, columns: 40)] {
            var session = ConsoleSession(size: size)
            let why = "no engine listens on /run/sekisho/control.sock: there is no such socket; start `sekisho serve`"
            session.happen(.subscriptionEnded(generation: 1, .unreachable(why)))
            #expect(session.text.contains("NO ENGINE"))
            #expect(!session.text.contains("STALE"))
            let words = session.text.split(whereSeparator: \.isWhitespace)
            #expect(why.split(separator: " ").allSatisfy { words.contains($0) })
        }
    }

    private func lost() throws -> ConsoleSession {
        var session = ConsoleSession()
        session.deliver(try TestFiles.frame("overview"))
        session.commands = []
        session.happen(
            .subscriptionEnded(
                generation: session.state.subscription?.generation ?? 0, .unreachable("connection reset by peer")))
        return session
    }

    private func subscriptions(_ session: ConsoleSession) -> Int {
        session.commands.count { if case .subscribe = $0 { true } else { false } }
    }

    @Test func anOutageIsSaidAloudAndWhatIsShownIsCalledStale() throws {
        var session = try lost()
        session.pass(12_000)
        #expect(session.text.contains("DISCONNECTED 12 s"))
        #expect(session.text.contains("STALE 12s"))
        #expect(session.text.contains("connection reset by peer"))
        #expect(session.text.contains("yamada88@isp.exa"), "the last frame stays to be read")
    }

    @Test func theEngineIsAskedAgainWithGrowingPauses() throws {
        var session = try lost()
        #expect(subscriptions(session) == 0)
        var attempts: [Milliseconds] = []
        let start = session.now
        for _ in 0..<600 {
            session.pass(100)
            if subscriptions(session) > 0 {
                attempts.append(session.now - start)
                session.commands = []
                session.happen(
                    .subscriptionEnded(
                        generation: session.state.subscription?.generation ?? 0, .unreachable("refused")))
            }
        }
        let pauses = zip(attempts, attempts.dropFirst()).map { $1 - $0 }
        #expect(attempts.first == 500)
        #expect(pauses == pauses.sorted())
        #expect(pauses.last == 10_000)
    }

    @Test func theNextFrameMakesItLiveAgain() throws {
        var session = try lost()
        session.pass(600)
        session.deliver(try TestFiles.frame("overview"))
        #expect(session.state.link == .live)
        #expect(!session.text.contains("DISCONNECTED"))
    }

    @Test func aQuestionThatTheEngineRefusesIsNotRepeated() {
        var session = ConsoleSession(.senders)
        session.commands = []
        session.happen(
            .subscriptionEnded(
                generation: session.state.subscription?.generation ?? 0,
                .invalidParameters("filter: no column bad; columns are account, plan")))
        session.pass(60_000)
        #expect(subscriptions(session) == 0)
        #expect(session.text.contains("no column bad"))
        session.press(.character("/"))
        session.type("plan:new")
        session.pass(Prompt.typingMilliseconds)
        #expect(subscriptions(session) > 0)
    }

    @Test func anOverdueFeedIsStaleAndNotEmpty() throws {
        var frame = try TestFiles.frame("overview")
        frame.status.feeds = [
            FeedStatus(
                name: "queue", updatedAt: frame.status.now - 12_000, staleAfterSeconds: 10,
                trouble: "postqueue: exit 69")
        ]
        var session = ConsoleSession()
        session.deliver(frame)
        #expect(session.text.contains("STALE 12s"))
        #expect(session.text.contains("postqueue: exit 69"))
        #expect(session.text.contains("docomo"))
    }

    @Test func troubleWithTheStoreIsSaidAloud() throws {
        var frame = try TestFiles.frame("overview")
        frame.status.storeTrouble = "disk full"
        var session = ConsoleSession()
        session.deliver(frame)
        #expect(session.text.contains("deciding from memory: disk full"))
    }

    @Test func theDemoIsLabelled() throws {
        var session = ConsoleSession()
        session.deliver(try TestFiles.frame("overview"))
        #expect(session.text.contains("DEMO"))
        #expect(session.text.contains("Queue of the demo"))
    }

    @Test func nothingIsDrawnAnewWhenNothingChanged() throws {
        var session = ConsoleSession()
        session.deliver(try TestFiles.frame("overview"))
        let before = render(session.state, session.state.size)
        session.pass(5)
        #expect(render(session.state, session.state.size) == before)
    }
}
