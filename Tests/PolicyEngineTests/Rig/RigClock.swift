import MailPolicy
import Synchronization

@testable import PolicyEngine

/// A clock that stands until a test moves it.
final class RigClock: Sendable {
    /// 2026-11-25T12:00:00+09:00.
    static let noon: Milliseconds = 1_795_575_600_000

    private let time = Mutex(Moment(noon))

    var clock: EngineClock { EngineClock { self.time.withLock { $0 } } }
    var now: Moment { time.withLock { $0 } }

    func advance(by span: Milliseconds) { time.withLock { $0 = $0.advanced(by: span) } }
}
