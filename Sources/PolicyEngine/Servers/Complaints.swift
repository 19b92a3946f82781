import Dispatch
import Logging
import NIOCore
import Synchronization

/// Writes what is wrong with peers to the log, so that a flood of it cannot fill the disk: ten lines a minute, and then
/// how many were left out.
///
/// It writes from a queue of its own, since whoever reads the log may be slow and Postfix is not to wait for that.
final class Complaints: Sendable {
    private struct State {
        var minuteEnds = NIODeadline.distantPast
        var written = 0
        var leftOut = 0
    }

    private let logger: Logger
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sekisho.complaints", qos: .utility)
    private static let linesAMinute = 10

    private let subject: String

    /// - Parameter subject: what each line begins with: `policy connection closed`.
    init(about subject: String, logger: Logger) {
        self.subject = subject
        self.logger = logger
    }

    /// - Parameters:
    ///   - what: what is wrong, and where it helps, what to do.
    ///   - listener: where the peer connected.
    func complain(_ what: String, at listener: String) {
        let now = NIODeadline.now()
        let (write, leftOut) = state.withLock { state in
            var leftOut = 0
            if now >= state.minuteEnds {
                leftOut = state.leftOut
                state = State(minuteEnds: now + .minutes(1))
            }
            state.written += 1
            if state.written > Self.linesAMinute { state.leftOut += 1 }
            return (state.written <= Self.linesAMinute, leftOut)
        }
        guard write || leftOut > 0 else { return }
        queue.async { [logger, subject] in
            if leftOut > 0 {
                logger.warning("\(subject): \(leftOut) more before this one")
            }
            if write {
                logger.warning("\(subject): \(what)", metadata: ["listener": "\(listener)"])
            }
        }
    }
}
