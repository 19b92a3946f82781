import MailPolicy

/// What was counted of domains and the store has not got yet.
///
/// The store takes a bounded number of domains a minute, since anybody can invent some; what is left waits for its turn
/// in a later minute, and whoever has most waiting comes first. Ours need no turn.
struct DomainHistory: Sendable {
    private struct Waiting: Sendable {
        var tally = AuthenticationTally()
        /// Wall time of the newest in it.
        var at: Milliseconds
    }

    private var waiting: [String: Waiting] = [:]
    /// Others' domains that had their turn in a minute since 1970.
    private var turn: (minute: Int64, domains: Set<String>) = (.min, [])

    /// Domains that get a turn in a minute.
    static let turns = 500
    /// And those that get one beyond, if they have as much as that waiting.
    static let moreTurns = 500
    static let busy = 10
    /// Domains that wait; those that come when there are so many are not in the history.
    static let mostWaiting = 10_000

    mutating func add(_ findings: MessageFindings, isNewFailing: Bool, isOwn: Bool, at wall: Milliseconds) {
        guard isOwn || waiting.count < Self.mostWaiting || waiting[findings.domain] != nil else { return }
        waiting[findings.domain, default: Waiting(at: wall)].tally.add(findings, isNewFailing: isNewFailing)
        waiting[findings.domain]?.at = wall
    }

    /// - Parameter all: Everybody's turn.
    mutating func drain(
        all: Bool, own: Set<String>, at wall: Milliseconds
    ) -> [(domain: String, at: Milliseconds, tally: AuthenticationTally)] {
        if turn.minute != wall / 60_000 { turn = (wall / 60_000, []) }
        if !all { giveTurns(own) }
        var drained: [(domain: String, at: Milliseconds, tally: AuthenticationTally)] = []
        for (domain, what) in waiting where all || own.contains(domain) || turn.domains.contains(domain) {
            drained.append((domain, what.at, what.tally))
        }
        for (domain, _, _) in drained { waiting[domain] = nil }
        return drained
    }

    private mutating func giveTurns(_ own: Set<String>) {
        let most = Self.turns + Self.moreTurns
        guard turn.domains.count < most else { return }
        var candidates: [(messages: UInt32, domain: String)] = []
        for (domain, what) in waiting where !turn.domains.contains(domain) && !own.contains(domain) {
            candidates.append((what.tally.messages, domain))
        }
        candidates.sort { ($0.messages, $1.domain) > ($1.messages, $0.domain) }
        for (messages, domain) in candidates.prefix(most - turn.domains.count) {
            guard turn.domains.count < Self.turns || messages >= Self.busy else { break }
            turn.domains.insert(domain)
        }
    }
}
