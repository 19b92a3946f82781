import ControlProtocol
import MailPolicy
import Synchronization

/// The demo's queue, in memory: it obeys the same actions as Postfix's and is labelled as the demo's on the screen.
///
/// A message is tried as Postfix tries it: at once, and after a refusal again, later each time.
final class DemoQueue: MailQueue {
    /// One message on its way.
    struct Message: Sendable {
        var queued: QueuedMessage
        /// Recipients that have not got it, with why not.
        var open: [(address: String, reason: String?)]
        var nextTry: EpochMilliseconds
        /// When it was taken for the try that is under way.
        var triedAt: EpochMilliseconds = 0
        var tries = 0
        var isBusy = false
    }

    private struct State {
        var messages: [String: Message] = [:]
        /// In the order in which they came.
        var order: [String] = []
        var changed = false
    }

    static let instance = "demo"
    private static let mostMessages = 50_000

    private let state = Mutex(State())
    private let board = PictureBoard()
    private let clock: EngineClock

    init(clock: EngineClock) { self.clock = clock }

    // MARK: MailQueue

    var newest: QueuePicture { board.newest }
    func pictures() -> AsyncStream<QueuePicture> { board.pictures() }

    func run() async {
        while !Task.isCancelled {
            publish()
            do { try await Task.sleep(for: .seconds(1)) } catch { break }
        }
        board.finish()
    }

    /// Shows the queue as it is now.
    func publish() {
        let now = clock.now().wall
        let messages = state.withLock { state in state.order.compactMap { state.messages[$0]?.queued } }
        board.publish { picture in
            picture.messages = QueueMessages(messages)
            picture.instances = [
                InstanceReading(
                    instance: Self.instance, startedAt: now, readAt: now, messageCount: messages.count,
                    pause: .seconds(1))
            ]
        }
    }

    func perform(_ operation: QueueOperation, on messages: [QueuedMessage]) async -> QueueOutcome {
        let now = clock.now().wall
        var outcome = QueueOutcome()
        state.withLock { state in
            for message in messages {
                guard var found = state.messages[message.queueID] else {
                    outcome.leaveOut(message, "it is no longer in the queue")
                    continue
                }
                guard operation.applies(to: found.queued.queue) else {
                    outcome.leaveOut(message, "it is \(operation.obstacle)")
                    continue
                }
                switch operation {
                case .hold: found.queued.queue = .hold
                case .release, .requeue, .flush:
                    // One that is on its way is tried to the end, and then again.
                    found.queued.queue = found.isBusy ? .active : .deferred
                    found.nextTry = now
                case .delete:
                    state.messages[message.queueID] = nil
                    outcome.done += 1
                    continue
                }
                state.messages[message.queueID] = found
                outcome.done += 1
            }
            if operation == .delete { state.order.removeAll { state.messages[$0] == nil } }
        }
        publish()
        return outcome
    }

    // MARK: Mail

    /// Takes a message in; over the bound it is as if delivered.
    func add(_ message: QueuedMessage, to recipients: [(address: String, reason: String?)], nextTry: EpochMilliseconds)
    {
        state.withLock { state in
            guard state.order.count < Self.mostMessages, state.messages[message.queueID] == nil else { return }
            state.messages[message.queueID] = Message(queued: message, open: recipients, nextTry: nextTry)
            state.order.append(message.queueID)
        }
    }

    /// Messages whose time to be tried has come, at most `limit`; they are busy until ``settle(_:open:nextTry:)``.
    func takeDue(limit: Int) -> [Message] {
        let now = clock.now().wall
        return state.withLock { state in
            var due: [Message] = []
            for id in state.order where due.count < limit {
                guard let message = state.messages[id], !message.isBusy, message.queued.queue != .hold,
                    message.nextTry <= now
                else { continue }
                state.messages[id]?.isBusy = true
                state.messages[id]?.triedAt = now
                state.messages[id]?.queued.queue = .active
                due.append(message)
            }
            return due
        }
    }

    /// What came of a try: the recipients that still wait for it, with why, and when it is tried again.
    func settle(_ queueID: String, open: [(address: String, reason: String?)], nextTry: EpochMilliseconds) {
        state.withLock { state in
            guard var message = state.messages[queueID] else { return }
            guard !open.isEmpty else {
                state.messages[queueID] = nil
                state.order.removeAll { $0 == queueID }
                return
            }
            // What was released or requeued while it was tried is tried again at once.
            let wasAskedFor = message.nextTry > message.triedAt
            message.isBusy = false
            message.tries += 1
            message.open = open
            if !wasAskedFor { message.nextTry = nextTry }
            message.queued.recipients = QueuedRecipients(open)
            // One that was put on hold while it was tried stays there.
            if message.queued.queue == .active { message.queued.queue = .deferred }
            state.messages[queueID] = message
        }
    }
}
