import MailPolicy
import Synchronization

/// The demo's clock: the machine's, except while the hours before the start are played through at once.
final class DemoClock: Sendable {
    private let machine: EngineClock
    private let past = Mutex<Milliseconds?>(nil)

    init(machine: EngineClock) { self.machine = machine }

    var clock: EngineClock {
        EngineClock { self.past.withLock { $0 }.map { Moment($0) } ?? self.machine.now() }
    }

    /// `nil` lets time go on as it does.
    func set(_ time: Milliseconds?) { past.withLock { $0 = time } }
}
