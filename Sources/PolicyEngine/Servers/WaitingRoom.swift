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
    /// A guest gets its ticket a moment before it sits down here, and on another event loop the place may come in
    /// between. It is looked for so often, a millisecond apart; one that left is not found.
    private static let looks = 50

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
        state.withLock { state in
            // Under this lock, so that of two who look at once the later does not set what the earlier saw.
            let (next, now) = gatehouse.withState { state, now in (state.gatekeeper.nextPacerEvent, now.steady) }
            guard let next, next != state.due || state.timer == nil else { return }
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
        deliver(gatehouse.withState { state, now in state.gatekeeper.advancePacers(at: now) }, looks: Self.looks)
        setTimer()
    }

    private func deliver(_ answers: [(ticket: UInt64, verdict: Verdict)], looks: Int) {
        var missing: [(ticket: UInt64, verdict: Verdict)] = []
        for answer in answers {
            guard let guest = state.withLock({ $0.guests.removeValue(forKey: answer.ticket) }) else {
                missing.append(answer)
                continue
            }
            guest.loop.execute { guest.call(answer.verdict) }
        }
        guard !missing.isEmpty, looks > 0 else { return }
        loop.scheduleTask(in: .milliseconds(1)) { [missing] in self.deliver(missing, looks: looks - 1) }
    }

    /// Sends everybody away with an answer that Postfix tries again: the engine is closing.
    func close() {
        state.withLock { $0.timer?.cancel() }
        deliver(gatehouse.withState { state, now in state.gatekeeper.sendBackAll(at: now) }, looks: Self.looks)
    }
}
