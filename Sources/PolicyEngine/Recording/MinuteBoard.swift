import MailPolicy
import Synchronization

/// Counts a minute for the last hours, in memory: what the graphs draw. The store keeps them for longer.
///
/// A minute in which the engine did not run is no minute of zeros.
package final class MinuteBoard: Sendable {
    private struct State {
        /// By minute since 1970: what was counted; a minute that is there was run in.
        var minutes: [Int64: [String: Int]] = [:]
    }

    private let state = Mutex(State())
    /// Minutes that are kept.
    package static let kept: Int64 = 24 * 60

    package init() {}

    /// The series that says that the engine ran.
    package static let uptime = "uptime"

    package func add(_ counts: [String: Int], minute: Int64) {
        state.withLock { state in
            state.minutes[minute, default: [:]].merge(counts, uniquingKeysWith: +)
            if state.minutes.count > Self.kept + 60 {
                state.minutes = state.minutes.filter { $0.key > minute - Self.kept }
            }
        }
    }

    /// The values of a series, oldest first, ending with the minute of `wall`; `nil` where the engine did not run.
    /// The minute of `wall` itself is running, and 0 until something is counted in it.
    package func series(_ name: String, minutes: Int, endingAt wall: Milliseconds) -> [Int?] {
        let last = wall / 60_000
        return state.withLock { state in
            (0..<Int64(minutes)).map { offset in
                let counts = state.minutes[last - Int64(minutes) + 1 + offset]
                return counts.map { $0[name] ?? 0 } ?? (offset == Int64(minutes) - 1 ? 0 : nil)
            }
        }
    }
}

/// Names of the series, in memory and in the store.
package enum SeriesName {
    package static func mail(_ outcome: Verdict.Outcome) -> String { "mail/\(outcome.name)" }
    package static func gate(_ gate: Gate, _ outcome: Verdict.Outcome) -> String { "gate/\(gate.name)/\(outcome.name)" }
    package static func carrierPassed(_ carrier: String) -> String { "carrier/\(carrier)/passed" }
    package static func carrierDeferred(_ carrier: String) -> String { "carrier/\(carrier)/deferred" }
}
