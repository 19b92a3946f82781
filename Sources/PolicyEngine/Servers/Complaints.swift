import Logging
import NIOCore
import Synchronization

/// Writes what is wrong with peers to the log, so that a flood of it cannot fill the disk: ten lines a minute, and then
/// how many were left out.
final class Complaints: Sendable {
    private struct State {
        var minuteEnds = NIODeadline.distantPast
        var written = 0
        var leftOut = 0
    }

    private let logger: Logger
    private let state = Mutex(State())
    private static let linesAMinute = 10

    init(logger: Logger) { self.logger = logger }

    func complain(_ what: String) {
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
        if leftOut > 0 { logger.warning("\(leftOut) more complaints about policy requests in the last minute") }
        if write { logger.warning("policy connection closed: \(what)") }
    }
}
