import Glibc
import MailPolicy

/// Where the engine gets the time from; tests and the demo hand in their own.
package struct EngineClock: Sendable {
    package var now: @Sendable () -> Moment

    package init(now: @escaping @Sendable () -> Moment) { self.now = now }

    /// The machine's clocks.
    ///
    /// The steady timeline follows CLOCK_BOOTTIME, which counts on while the machine sleeps and which nobody can set. It
    /// goes on from where the last run left it, so that counts from before a restart keep their age: while the engine was
    /// down only the wall clock knows how much time passed, and if that went back, none did.
    ///
    /// - Parameter last: the moment that the last run wrote down.
    package static func machine(continuing last: Moment?) -> EngineClock {
        let wall = milliseconds(CLOCK_REALTIME)
        let steady = last.map { $0.steady + max(wall - $0.wall, 0) } ?? wall
        let offset = steady - milliseconds(CLOCK_BOOTTIME)
        return EngineClock {
            Moment(steady: milliseconds(CLOCK_BOOTTIME) + offset, wall: milliseconds(CLOCK_REALTIME))
        }
    }

    private static func milliseconds(_ clock: clockid_t) -> Milliseconds {
        var time = timespec()
        clock_gettime(clock, &time)
        return Milliseconds(time.tv_sec) * 1000 + Milliseconds(time.tv_nsec) / 1_000_000
    }
}

/// Nanoseconds of CLOCK_MONOTONIC, for measuring how long something took.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
