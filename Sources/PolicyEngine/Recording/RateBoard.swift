import MailPolicy
import Synchronization

/// Decisions a second, their 99th percentile, and how the queue grew: what every frame's header shows.
package final class RateBoard: Sendable {
    private struct Second {
        /// Steady time at which it ended.
        var at: Milliseconds
        /// Decisions since the start.
        var total: Int
        /// Those that were timed in it.
        var times: [UInt32]
    }

    private struct State {
        /// The last seconds, newest last.
        var seconds: [Second] = []
        /// Queue lengths by the time they were read, newest last.
        var queue: [(at: Milliseconds, length: Int)] = []
        var perSecond = 0.0
        var p99: Double?
    }

    private let state = Mutex(State())
    /// Readings of the queue are kept for so long.
    private static let queueKept: Milliseconds = 600_000

    package init() {}

    /// To be called about once a second.
    func tick(total: Int, times: [UInt32], at steady: Milliseconds) {
        state.withLock { state in
            state.seconds.append(Second(at: steady, total: total, times: times))
            if state.seconds.count > 10 { state.seconds.removeFirst() }
            // Over the last five seconds, so that it can be read.
            let back = state.seconds[max(state.seconds.count - 6, 0)]
            let span = steady - back.at
            state.perSecond = span > 0 ? Double(total - back.total) * 1000 / Double(span) : 0
            var sum = [UInt32](repeating: 0, count: times.count)
            for second in state.seconds { for index in sum.indices { sum[index] += second.times[index] } }
            state.p99 = DecisionStatistics.percentile99(sum)
        }
    }

    func noteQueue(length: Int, at wall: Milliseconds) {
        state.withLock { state in
            state.queue.append((wall, length))
            state.queue.removeAll { $0.at < wall - Self.queueKept || $0.at > wall }
        }
    }

    var rates: (perSecond: Double, p99: Double?) { state.withLock { ($0.perSecond, $0.p99) } }

    /// Change of the queue in a minute, by its readings; `nil` until a minute is known, or when it was not read of late.
    func queueChange(at wall: Milliseconds) -> Int? {
        state.withLock { state in
            guard let last = state.queue.last, wall - last.at < Self.queueKept,
                let before = state.queue.last(where: { $0.at <= last.at - 60_000 })
            else { return nil }
            // A long queue is read less often than once a minute.
            let minutes = Double(last.at - before.at) / 60_000
            return Int((Double(last.length - before.length) / minutes).rounded())
        }
    }
}
