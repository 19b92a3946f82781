import MailPolicy
import NIOCore
import Synchronization

/// Where requests wait for a carrier's place, and the timer that calls them.
final class WaitingRoom: Sendable {
    private struct Guest: Sendable {
        let loop: any EventLoop
        let call: @Sendable (Verdict) -> Void
    }

    private struct State {
        var guests: [UInt64: Guest] = [:]
        var timer: Scheduled<Void>?
        var due = Milliseconds.max
    }

    private let gatehouse: Gatehouse
    /// Where the timer runs.
    private let loop: any EventLoop
    private let state = Mutex(State())

    init(gatehouse: Gatehouse, loop: any EventLoop) {
        self.gatehouse = gatehouse
        self.loop = loop
    }

    /// - Parameter call: called on `loop`, unless ``leave(_:)`` came before.
    func wait(for ticket: UInt64, on loop: any EventLoop, call: @escaping @Sendable (Verdict) -> Void) {
        state.withLock { $0.guests[ticket] = Guest(loop: loop, call: call) }
        setTimer()
    }

    func leave(_ ticket: UInt64) {
        state.withLock { $0.guests[ticket] = nil }
    }

    /// Looks anew at what is due: after a place was given or a rate was changed.
    func setTimer() {
        let (next, now) = gatehouse.withState { state, now in (state.gatekeeper.nextPacerEvent, now.steady) }
        guard let next else { return }
        state.withLock { state in
            guard next != state.due || state.timer == nil else { return }
            state.timer?.cancel()
            state.due = next
            state.timer = loop.scheduleTask(in: .milliseconds(max(next - now, 0))) { self.callDue() }
        }
    }

    private func callDue() {
        state.withLock { state in
            state.timer = nil
            state.due = .max
        }
        let answers = gatehouse.withState { state, now in state.gatekeeper.advancePacers(at: now) }
        for (ticket, verdict) in answers {
            guard let guest = state.withLock({ $0.guests.removeValue(forKey: ticket) }) else { continue }
            guest.loop.execute { guest.call(verdict) }
        }
        setTimer()
    }

    /// Sends everybody away with an answer that Postfix tries again: the engine is closing.
    func close() {
        let guests = state.withLock { state in
            defer { state.guests = [:] }
            state.timer?.cancel()
            return state.guests
        }
        for (_, guest) in guests {
            let verdict = Verdict(.deferred, .carrierPace)
            guest.loop.execute { guest.call(verdict) }
        }
    }
}
