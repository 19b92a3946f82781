import MailPolicy
import Synchronization

/// Decisions a second, their 99th percentile, and how the queue grew: what every frame's header shows.
package final class RateBoard: Sendable {
    private struct State {
        /// The last seconds, newest last: total decisions and timed ones.
        var seconds: [(total: Int, times: [UInt32])] = []
        /// Queue lengths by the time they were read, newest last.
        var queue: [(at: Milliseconds, length: Int)] = []
        /// Accepted recipients were counted up to here.
        var perSecond = 0.0
        var p99: Double?
    }

    private let state = Mutex(State())

    package init() {}

    /// To be called once a second.
    func tick(total: Int, times: [UInt32]) {
        state.withLock { state in
            state.seconds.append((total, times))
            if state.seconds.count > 11 { state.seconds.removeFirst() }
            guard let first = state.seconds.first, state.seconds.count > 1 else { return }
            // Over the last five seconds, so that it can be read.
            let back = state.seconds[max(state.seconds.count - 6, 0)]
            state.perSecond = Double(total - back.total) / Double(min(state.seconds.count - 1, 5))
            var sum = [UInt32](repeating: 0, count: first.times.count)
            for second in state.seconds { for index in sum.indices { sum[index] += second.times[index] } }
            state.p99 = DecisionStatistics.percentile99(sum)
        }
    }

    func noteQueue(length: Int, at wall: Milliseconds) {
        state.withLock { state in
            state.queue.append((wall, length))
            state.queue.removeAll { $0.at < wall - 120_000 }
        }
    }

    var rates: (perSecond: Double, p99: Double?) { state.withLock { ($0.perSecond, $0.p99) } }

    /// Change of the queue over the last minute; `nil` until a minute is known.
    func queueChange(at wall: Milliseconds) -> Int? {
        state.withLock { state in
            guard let last = state.queue.last,
                let before = state.queue.last(where: { $0.at <= last.at - 60_000 })
            else { return nil }
            return last.length - before.length
        }
    }
}
