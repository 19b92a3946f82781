import MailPolicy
import Synchronization

/// What was found of the messages that came in, by domain: what the pass rates are made of.
///
/// Domains are unbounded, so that what is kept of them is bounded and the busiest stay. Ours stay always.
package final class AuthenticationBoard: Sendable {
    fileprivate struct State {
        var places: [String: Int] = [:]
        var records: [DomainRecord] = []
        /// Sources of all records.
        var sources = 0
        var own: Set<String>
        /// Where the search for room goes on.
        var hand = 0
        var history = DomainHistory()
    }

    private let state: Mutex<State>
    private let capacity: Int
    /// Sources that all domains together may have before each has to do with what it is always granted.
    private let sourceCapacity: Int

    package init(own: [String], capacity: Int = 10_000, sourceCapacity: Int = 200_000) {
        state = Mutex(State(own: Set(own)))
        self.capacity = max(capacity, own.count + 1)
        self.sourceCapacity = sourceCapacity
    }

    /// Counts a message.
    package func record(_ findings: MessageFindings, at now: Moment) {
        state.withLock { state in
            let place = state.place(of: findings.domain, capacity: capacity)
            let before = state.records[place].sources.kept.count
            let isNewFailing = state.records[place].add(
                findings, hasRoom: state.sources < sourceCapacity, at: now.steady)
            state.sources += state.records[place].sources.kept.count - before
            state.history.add(
                findings, isNewFailing: isNewFailing, isOwn: state.own.contains(findings.domain), at: now.wall)
        }
    }

    /// After a reload.
    func replaceOwn(_ own: [String]) { state.withLock { $0.own = Set(own) } }

    // MARK: In the store

    /// Takes over a minute of the history; from the oldest to the newest, before anything is counted.
    func restore(_ tally: AuthenticationTally, of domain: String, at steady: Milliseconds) {
        state.withLock { state in
            let place = state.place(of: domain, capacity: capacity)
            state.records[place].restore(tally, at: steady)
        }
    }

    /// Takes over who used a domain's name, after the minutes, before anything is counted; `nil` for those without a row
    /// of their own. What is not known of any minute is let go.
    func restore(_ network: Network?, _ uses: DomainSources.Uses, of domain: String) {
        state.withLock { state in
            guard let place = state.places[domain] else { return }
            let before = state.records[place].sources.kept.count
            state.records[place].restore(network, uses)
            state.sources += state.records[place].sources.kept.count - before
        }
    }

    /// What the store has not got yet of a domain.
    struct Drained: Sendable {
        var domain: String
        /// Wall time of the newest in it.
        var at: Milliseconds
        var tally: AuthenticationTally
        var sources = DomainSources.Changes()
    }

    /// What was counted since the last call, of the domains whose turn it is.
    ///
    /// - Parameter all: The engine ends: it is everybody's turn.
    func drain(at now: Moment, all: Bool = false) -> [Drained] {
        state.withLock { state in
            state.history.drain(all: all, own: state.own, at: now.wall).map { domain, at, tally in
                var drained = Drained(domain: domain, at: at, tally: tally)
                if let place = state.places[domain] {
                    drained.sources = state.records[place].takeSourceChanges()
                }
                return drained
            }
        }
    }

    // MARK: Looking

    /// A domain's figures at one moment.
    struct Figures: Sendable {
        var domain: String
        var isOwn: Bool
        var minute = AuthenticationTally()
        var hour = AuthenticationTally()
        var day = AuthenticationTally()
        var newFailing = DomainRecord.NewFailing()
    }

    /// All domains that were met in the last day, and ours: ours first, then the busiest of the hour.
    func figures(at now: Moment) -> [Figures] {
        var rows: [Figures] = []
        let (count, own) = state.withLock { ($0.records.count, $0.own) }
        // In slices, so that no message waits for who looks.
        for start in stride(from: 0, to: count, by: 256) {
            state.withLock { state in
                for record in state.records[start..<min(start + 256, state.records.count)] {
                    let figures = figures(of: record, own, at: now)
                    if figures.isOwn || figures.day.messages > 0 { rows.append(figures) }
                }
            }
        }
        let met = Set(rows.lazy.filter(\.isOwn).map(\.domain))
        rows += own.subtracting(met).map { Figures(domain: $0, isOwn: true) }
        return rows.sorted {
            if $0.isOwn != $1.isOwn { return $0.isOwn }
            let (one, other) = ($0.hour.messages, $1.hour.messages)
            return one == other || $0.isOwn ? $0.domain < $1.domain : one > other
        }
    }

    /// One domain with who used its name, the busiest first, and what came from all others; `nil` for one that was not
    /// met.
    func domain(
        _ name: String, at now: Moment
    ) -> (figures: Figures, sources: [DomainSources.Source], others: DomainSources.Uses?)? {
        state.withLock { state in
            guard let place = state.places[name] else {
                return state.own.contains(name) ? (Figures(domain: name, isOwn: true), [], nil) : nil
            }
            let record = state.records[place]
            let since = now.steady - DomainRecord.day
            return (
                figures(of: record, state.own, at: now),
                record.sources.kept.filter { $0.uses.lastSeen > since }.sorted {
                    ($0.uses.messages, $1.network.description) > ($1.uses.messages, $0.network.description)
                }, record.sources.others.flatMap { $0.lastSeen > since ? $0 : nil }
            )
        }
    }

    /// What the addresses of a network did in the last day under which domain's name.
    func domains(
        of network: Network, at now: Moment
    ) -> [(domain: String, source: DomainSources.Source, isNewFailing: Bool)] {
        var found: [(domain: String, source: DomainSources.Source, isNewFailing: Bool)] = []
        let count = state.withLock { $0.records.count }
        for start in stride(from: 0, to: count, by: 256) {
            state.withLock { state in
                for record in state.records[start..<min(start + 256, state.records.count)] {
                    for source in record.sources.kept
                    where network.overlaps(source.network) && source.uses.lastSeen > now.steady - DomainRecord.day {
                        let new = record.newFailing(at: now.steady).sources.contains { $0.network == source.network }
                        found.append((record.name, source, new))
                    }
                }
            }
        }
        return found
    }

    private func figures(of record: DomainRecord, _ own: Set<String>, at now: Moment) -> Figures {
        Figures(
            domain: record.name, isOwn: own.contains(record.name), minute: record.lastMinute(at: now.steady),
            hour: record.lastHour(at: now.steady), day: record.lastDay(at: now.steady),
            newFailing: record.newFailing(at: now.steady))
    }
}

extension AuthenticationBoard.State {
    /// The place of a domain's record; a new one is made where there is room, or in the place of one that is quiet.
    fileprivate mutating func place(of domain: String, capacity: Int) -> Int {
        if let place = places[domain] { return place }
        let new = DomainRecord(name: domain)
        if records.count < capacity {
            places[domain] = records.count
            records.append(new)
            return records.count - 1
        }
        // The hand halves what it passes, so that it comes to an end, and one that is busy outlives many turns.
        while true {
            hand = hand + 1 < records.count ? hand + 1 : 0
            // Unless a reload made more of them ours than there is room for.
            if own.count < records.count, own.contains(records[hand].name) { continue }
            guard records[hand].weight > 1 else { break }
            records[hand].weight /= 2
        }
        places[records[hand].name] = nil
        sources -= records[hand].sources.kept.count
        places[domain] = hand
        records[hand] = new
        return hand
    }
}
