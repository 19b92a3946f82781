import MailPolicy
import Synchronization

/// What was found of the messages that came in, by domain: what the pass rates are made of.
///
/// Domains are unbounded, so that what is kept of them is bounded and the busiest stay. Ours stay always.
package final class AuthenticationBoard: Sendable {
    fileprivate struct State {
        var places: [String: Int] = [:]
        var records: [DomainRecord] = []
        var own: Set<String>
        /// Where the search for room goes on.
        var hand = 0
        /// Counted since the last ``drain(at:)``, for the history.
        var undrained: [String: AuthenticationTally] = [:]
        /// The busiest, which the history has beside ours, as of a minute since 1970.
        var busiest: (minute: Int64, domains: Set<String>) = (.min, [])
    }

    private let state: Mutex<State>
    private let capacity: Int
    /// Steady time from which on the first message of a source is noticed as such: some time after the start, since at the
    /// start every source is new.
    private let known: Milliseconds

    static let settling: Milliseconds = 900_000
    /// Domains that the history has beside ours: seven days of a thousand would be a hundred million rows.
    static let domainsWithHistory = 50

    /// - Parameter began: Steady time of the engine's start.
    package init(own: [String], capacity: Int = 10_000, began: Milliseconds) {
        state = Mutex(State(own: Set(own)))
        self.capacity = max(capacity, own.count + 1)
        known = began + Self.settling
    }

    /// Counts a message.
    package func record(_ findings: MessageFindings, at now: Moment) {
        state.withLock { state in
            let place = state.place(of: findings.domain, capacity: capacity)
            state.records[place].add(findings, at: now.steady)
            state.undrained[findings.domain, default: AuthenticationTally()].add(findings)
        }
    }

    /// Takes over a minute of the history; from the oldest to the newest, before anything is counted.
    func restore(_ tally: AuthenticationTally, of domain: String, at steady: Milliseconds) {
        state.withLock { state in
            let place = state.place(of: domain, capacity: capacity)
            state.records[place].restore(tally, at: steady)
        }
    }

    /// After a reload.
    func replaceOwn(_ own: [String]) { state.withLock { $0.own = Set(own) } }

    /// What was counted since the last call, of those domains that the history has: ours, and the busiest of late.
    func drain(at now: Moment) -> [(domain: String, tally: AuthenticationTally)] {
        state.withLock { state in
            let minute = now.wall / 60_000
            if state.busiest.minute != minute { state.busiest = (minute, state.heaviest(Self.domainsWithHistory)) }
            defer { state.undrained.removeAll(keepingCapacity: true) }
            return state.undrained.compactMap { domain, tally in
                state.own.contains(domain) || state.busiest.domains.contains(domain) ? (domain, tally) : nil
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
        var newFailing: [DomainRecord.Source] = []
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

    /// One domain with its sources, the busiest first; `nil` for one that was not met.
    func domain(_ name: String, at now: Moment) -> (figures: Figures, sources: [DomainRecord.Source])? {
        state.withLock { state in
            guard let place = state.places[name] else {
                return state.own.contains(name) ? (Figures(domain: name, isOwn: true), []) : nil
            }
            let record = state.records[place]
            let sources = record.sources.filter { $0.lastSeen > now.steady - DomainRecord.day }
            return (
                figures(of: record, state.own, at: now),
                sources.sorted { ($0.messages, $1.address.description) > ($1.messages, $0.address.description) }
            )
        }
    }

    /// What the addresses of a network did in the last day under which domain's name.
    func domains(
        of network: Network, at now: Moment
    ) -> [(domain: String, source: DomainRecord.Source, isNewFailing: Bool)] {
        var found: [(domain: String, source: DomainRecord.Source, isNewFailing: Bool)] = []
        let count = state.withLock { $0.records.count }
        for start in stride(from: 0, to: count, by: 256) {
            state.withLock { state in
                for record in state.records[start..<min(start + 256, state.records.count)] {
                    for source in record.sources
                    where network.contains(source.address) && source.lastSeen > now.steady - DomainRecord.day {
                        let new = record.newFailingSources(at: now.steady, known: known).contains(source)
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
            newFailing: record.newFailingSources(at: now.steady, known: known))
    }
}

extension AuthenticationBoard.State {
    fileprivate func heaviest(_ count: Int) -> Set<String> {
        var top: [(weight: Int32, place: Int)] = []
        for (place, record) in records.enumerated() where top.count < count || record.weight > top[0].weight {
            if top.count == count { top.removeFirst() }
            let index = top.firstIndex { $0.weight > record.weight } ?? top.count
            top.insert((record.weight, place), at: index)
        }
        return Set(top.map { records[$0.place].name })
    }

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
        places[domain] = hand
        records[hand] = new
        return hand
    }
}
