import MailAuthentication
import Synchronization

/// What a resolver has done since it started.
package struct ResolverCounters: Sendable, Equatable {
    /// Every question, however it was answered.
    package var asked = 0
    package var fromCache = 0
    /// Questions that waited for a look-up that was on for someone else.
    package var shared = 0
    /// Questions that failed at once because as many look-ups as allowed were on, or because the resolver was shut down.
    package var turnedAway = 0

    // Of the look-ups themselves, each counted once however many waited for it.
    package var timedOut = 0
    package var serverFailed = 0
    package var refused = 0
    package var bogus = 0
    package var malformed = 0

    /// Look-ups that wait for an answer now.
    package var inFlight = 0

    package init() {}
}

/// The same, counted from any thread.
final class ResolverTally: Sendable {
    let asked = Atomic(0)
    let fromCache = Atomic(0)
    let shared = Atomic(0)
    let turnedAway = Atomic(0)
    let timedOut = Atomic(0)
    let serverFailed = Atomic(0)
    let refused = Atomic(0)
    let bogus = Atomic(0)
    let malformed = Atomic(0)

    func count(_ failure: ResolverFailure) {
        switch failure {
        case .timedOut: timedOut.add(1, ordering: .relaxed)
        case .serverFailed: serverFailed.add(1, ordering: .relaxed)
        case .refused: refused.add(1, ordering: .relaxed)
        case .bogus: bogus.add(1, ordering: .relaxed)
        case .malformed: malformed.add(1, ordering: .relaxed)
        }
    }

    func counters(inFlight: Int) -> ResolverCounters {
        var counters = ResolverCounters()
        counters.asked = asked.load(ordering: .relaxed)
        counters.fromCache = fromCache.load(ordering: .relaxed)
        counters.shared = shared.load(ordering: .relaxed)
        counters.turnedAway = turnedAway.load(ordering: .relaxed)
        counters.timedOut = timedOut.load(ordering: .relaxed)
        counters.serverFailed = serverFailed.load(ordering: .relaxed)
        counters.refused = refused.load(ordering: .relaxed)
        counters.bogus = bogus.load(ordering: .relaxed)
        counters.malformed = malformed.load(ordering: .relaxed)
        counters.inFlight = inFlight
        return counters
    }
}
