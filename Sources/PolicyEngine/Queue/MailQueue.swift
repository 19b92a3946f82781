import ControlProtocol

/// The queue as a seam: Postfix's own, worked through its commands, or the demo's.
package protocol MailQueue: Sendable {
    /// The newest picture; empty, with no instance read, at first.
    var newest: QueuePicture { get }

    /// Pictures as they come, beginning with the newest. A reader that is slow gets the newest alone. Ends with ``run()``.
    func pictures() -> AsyncStream<QueuePicture>

    /// Reads until the task is cancelled.
    func run() async

    /// Does it to each message that is still there, and tells what it could not do. It returns when all is done; a
    /// message that left the queue in the meantime is told in ``QueueOutcome/notDone`` and is no error.
    func perform(_ operation: QueueOperation, on messages: [QueuedMessage]) async -> QueueOutcome
}

/// What came of a queue operation.
package struct QueueOutcome: Sendable, Equatable {
    /// Messages that it was done to.
    package var done = 0
    /// Messages that it was not done to.
    package var failed = 0
    /// One line a message that was left out, or a reason that many share; no more than ``maximumLines``.
    package var notDone: [String] = []

    package static let maximumLines = 100

    package init(done: Int = 0, failed: Int = 0, notDone: [String] = []) {
        self.done = done
        self.failed = failed
        self.notDone = notDone
    }

    package mutating func add(_ other: QueueOutcome) {
        done += other.done
        failed += other.failed
        for line in other.notDone { addLine(line) }
    }

    /// One message that was left out, and why.
    package mutating func leaveOut(_ message: QueuedMessage, _ why: String) {
        failed += 1
        addLine("\(message.id): \(why)")
    }

    /// Many messages that were left out for one reason.
    package mutating func leaveOut(_ count: Int, of instance: String, _ why: String) {
        guard count > 0 else { return }
        failed += count
        addLine("\(instance): \(count == 1 ? "1 message" : "\(count) messages") not done: \(why)")
    }

    /// Something to tell that is not about one message.
    package mutating func note(_ line: String) { addLine(line) }

    private mutating func addLine(_ line: String) {
        if notDone.count < Self.maximumLines {
            notDone.append(line)
        } else if notDone.count == Self.maximumLines {
            notDone.append("… and more")
        }
    }
}
