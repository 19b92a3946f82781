import CTerminal
import ControlProtocol
import Glibc
import Synchronization
import Testing

@testable import OperatorConsole

/// An engine that answers as it is told, for what lies between the console's thread and the link.
private final class ScriptedLink: EngineLink {
    let ended = Mutex<[ViewKind]>([])
    let frame: ViewFrame

    init(_ frame: ViewFrame) { self.frame = frame }

    func view(_ query: ViewQuery) async throws -> ViewFrame { frame }

    func subscribe(_ query: ViewQuery) async throws -> AsyncThrowingStream<ViewFrame, any Error> {
        if query.view == .domains { throw ControlError.unreachable("no engine") }
        return AsyncThrowingStream { continuation in
            continuation.yield(frame)
            if query.view == .queue { continuation.finish(throwing: ControlError.unreachable("went away")) }
            continuation.onTermination = { [weak self] _ in self?.ended.withLock { $0.append(query.view) } }
        }
    }

    func preview(_ action: OperatorAction) async throws -> Preview {
        if case .undo = action { throw ControlError.notFound("no action of that number") }
        return Preview(
            title: action.verb, facts: [], warnings: [], affected: 1, requiredRole: .abuse, command: action.verb)
    }

    func perform(_ order: Order) async throws -> Receipt {
        if case .resume = order.action { throw ControlError.failed("disk full") }
        return Receipt(number: 7, overrideID: nil, summary: order.action.target, affected: 1, notDone: [])
    }

    func importAccounts(csv: String, reason: String) async throws -> Receipt { throw ControlError.failed("not here") }
    func reload() async throws -> Receipt { throw ControlError.failed("line 12: unknown key") }
}

@Suite struct CommandRunnerTests {
    private final class Bench {
        let link: ScriptedLink
        let mailbox: Mailbox
        let runner: CommandRunner

        init() throws {
            link = ScriptedLink(try TestFiles.frame("overview"))
            mailbox = Mailbox(wakeup: sekisho_wakeup_open())
            runner = CommandRunner(link: link, mailbox: mailbox)
        }

        deinit {
            mailbox.close()
            runner.stop()
            Glibc.close(mailbox.wakeup)
        }

        /// Waits on the descriptor as the console's thread does, until `count` happenings came.
        func next(_ count: Int = 1) async -> [Happening] {
            let mailbox = mailbox
            return await Task.detached {
                var all: [Happening] = []
                while all.count < count {
                    var descriptor = pollfd(fd: mailbox.wakeup, events: Int16(POLLIN), revents: 0)
                    guard poll(&descriptor, 1, 10_000) > 0 else { return all }
                    all += mailbox.take()
                }
                return all
            }.value
        }
    }

    @Test func aFrameComesWithTheNumberOfItsQuestion() async throws {
        let bench = try Bench()
        bench.runner.run(.subscribe(generation: 3, ViewQuery(.overview)))
        guard case .frame(3, let frame) = await bench.next().first else {
            Issue.record("no frame came")
            return
        }
        #expect(frame == bench.link.frame)
    }

    @Test func theEndOfAStreamIsTold() async throws {
        let bench = try Bench()
        bench.runner.run(.subscribe(generation: 1, ViewQuery(.queue)))
        guard case .subscriptionEnded(1, let error) = await bench.next(2).last else {
            Issue.record("no end came")
            return
        }
        #expect(error.message == "went away")
    }

    @Test func anEngineThatIsNotThereIsTold() async throws {
        let bench = try Bench()
        bench.runner.run(.subscribe(generation: 1, ViewQuery(.domains)))
        guard case .subscriptionEnded(1, let error) = await bench.next().first else {
            Issue.record("no end came")
            return
        }
        #expect(error == .unreachable("no engine"))
    }

    @Test(.timeLimit(.minutes(1))) func aNewQuestionEndsTheOneBefore() async throws {
        let bench = try Bench()
        bench.runner.run(.subscribe(generation: 1, ViewQuery(.overview)))
        _ = await bench.next()
        bench.runner.run(.subscribe(generation: 2, ViewQuery(.senders)))
        guard case .frame(2, _) = await bench.next().first else {
            Issue.record("no frame of the second question came")
            return
        }
        while bench.link.ended.withLock({ $0.isEmpty }) { await Task.yield() }
        #expect(bench.link.ended.withLock { $0 } == [.overview])
    }

    @Test func eachOrderHasItsAnswerAlsoAfterOneThatFailed() async throws {
        let bench = try Bench()
        let orders = [OperatorAction.resume(account: "a@x"), .contain(account: "b@x")].map {
            Order(action: $0, reason: "r", seconds: nil)
        }
        bench.runner.run(.perform(ticket: 5, orders))
        guard case .performed(5, let results) = await bench.next().first else {
            Issue.record("no answer came")
            return
        }
        #expect(results.first == .failure(ControlError(code: ControlError.failed("").code, message: "a@x: disk full")))
        #expect(try results.last?.get().summary == "b@x")
    }

    @Test func aPreviewThatFailsFailsWhole() async throws {
        let bench = try Bench()
        bench.runner.run(.preview(ticket: 2, [.contain(account: "a@x"), .undo(number: 1)]))
        guard case .previewed(2, .failure(let error)) = await bench.next().first else {
            Issue.record("no answer came")
            return
        }
        #expect(error.message == "no action of that number")
    }

    @Test func ofFramesOnlyTheNewestWaits() throws {
        let bench = try Bench()
        var frame = bench.link.frame
        for length in 0..<100 {
            frame.status.queueLength = length
            bench.mailbox.post(.frame(generation: 1, frame))
        }
        let taken = bench.mailbox.take()
        #expect(taken.count == 1)
        guard case .frame(_, let newest) = taken.first else {
            Issue.record("no frame is kept")
            return
        }
        #expect(newest.status.queueLength == 99)
    }

    @Test func nothingIsPostedAfterTheMailboxIsClosed() throws {
        let bench = try Bench()
        bench.mailbox.close()
        bench.mailbox.post(.tick)
        #expect(bench.mailbox.take().isEmpty)
    }
}
