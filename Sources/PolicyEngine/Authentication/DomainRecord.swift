import MailPolicy

/// What was found of a domain's messages in the last day.
struct DomainRecord: Sendable {
    /// A span of time in which something was found; those without are not there.
    private struct Bucket: Sendable {
        var number: Int64
        var tally = AuthenticationTally()
    }

    let name: String
    /// Halved whenever the board looks for room: what keeps coming keeps its place.
    var weight: Int32 = 0
    private(set) var lastSeen: Milliseconds = .min
    private var minutes: [Bucket] = []
    private var quarters: [Bucket] = []
    private(set) var sources = DomainSources()

    static let minute: Milliseconds = 60_000
    static let quarter: Milliseconds = 900_000
    static let hour: Milliseconds = 3_600_000
    static let day: Milliseconds = 24 * hour

    init(name: String) { self.name = name }

    // MARK: Counting

    /// - Parameter hasRoom: Whether more sources may be kept than a domain is always granted.
    /// - Returns: Whether it failed and came from a source that is new.
    mutating func add(_ findings: MessageFindings, hasRoom: Bool, at now: Milliseconds) -> Bool {
        weight = weight < .max ? weight + 1 : weight
        lastSeen = now
        let isNew = sources.add(findings.source, findings.isGenuine, hasRoom: hasRoom, at: now)
        let isNewFailing = isNew && findings.isGenuine == false
        Self.add(to: &minutes, span: Self.minute, keeping: Self.hour, at: now) {
            $0.add(findings, isNewFailing: isNewFailing)
        }
        Self.add(to: &quarters, span: Self.quarter, keeping: Self.day, at: now) {
            $0.add(findings, isNewFailing: isNewFailing)
        }
        return isNewFailing
    }

    /// Takes over what the history has of a minute; from the oldest to the newest, before anything is counted.
    mutating func restore(_ tally: AuthenticationTally, at then: Milliseconds) {
        weight = Int32(clamping: Int(weight) + Int(tally.messages))
        lastSeen = max(lastSeen, then)
        Self.add(to: &minutes, span: Self.minute, keeping: Self.hour, at: then) { $0.add(tally) }
        Self.add(to: &quarters, span: Self.quarter, keeping: Self.day, at: then) { $0.add(tally) }
    }

    private static func add(
        to buckets: inout [Bucket], span: Milliseconds, keeping: Milliseconds, at now: Milliseconds,
        _ change: (inout AuthenticationTally) -> Void
    ) {
        // The clock of the meters never goes back.
        let number = now.quotient(span)
        if buckets.last?.number != number {
            let oldest = number - keeping / span
            buckets.removeAll { $0.number < oldest }
            buckets.append(Bucket(number: number))
        }
        change(&buckets[buckets.count - 1].tally)
    }

    /// What the store has of a source; `nil` for those without a row of their own.
    mutating func restore(_ network: Network?, _ uses: DomainSources.Uses) { sources.restore(network, uses) }

    /// What the store has not got yet.
    mutating func takeSourceChanges() -> DomainSources.Changes { sources.takeChanges() }

    // MARK: Figures

    func lastMinute(at now: Milliseconds) -> AuthenticationTally {
        // The minute that runs is too short to say anything at its beginning: the last whole one and what has come of it.
        sum(minutes, since: now.quotient(Self.minute) - 1)
    }

    func lastHour(at now: Milliseconds) -> AuthenticationTally { sum(minutes, since: now.quotient(Self.minute) - 59) }

    func lastDay(at now: Milliseconds) -> AuthenticationTally { sum(quarters, since: now.quotient(Self.quarter) - 95) }

    private func sum(_ buckets: [Bucket], since first: Int64) -> AuthenticationTally {
        var sum = AuthenticationTally()
        for bucket in buckets where bucket.number >= first { sum.add(bucket.tally) }
        return sum
    }

    /// Mail of the last hour that failed and came from sources that were new.
    struct NewFailing: Sendable {
        /// Messages.
        var failed = 0
        /// Steady time of the first message of ``sources``, or of the first minute in which there was any.
        var since: Milliseconds = .max
        /// Those that failed several times and never passed, the worst first. Somebody who takes the name from ever new
        /// addresses may have none.
        var sources: [DomainSources.Source] = []
        /// Whether a person should look: the domain's mail used to pass, and a source failed several times or many did.
        var standsOut = false
    }

    func newFailing(at now: Milliseconds) -> NewFailing {
        var new = NewFailing()
        for bucket in minutes where bucket.number >= now.quotient(Self.minute) - 59 && bucket.tally.newFailed > 0 {
            new.failed += Int(bucket.tally.newFailed)
            new.since = min(new.since, bucket.number * Self.minute)
        }
        guard new.failed > 0, usedToPass(at: now) else { return new }
        new.sources = sources.kept.filter { $0.isNew(at: now) && $0.uses.failed >= Self.failuresOfOne }
            .sorted { ($0.uses.failed, $1.network.description) > ($1.uses.failed, $0.network.description) }
        new.since = new.sources.map(\.uses.firstSeen).min() ?? new.since
        // Somebody forwards the mail of every large domain, and breaks it: no more than that is no news.
        new.standsOut =
            !new.sources.isEmpty
            || new.failed >= Self.failuresOfMany && new.failed > 3 * newFailedPerHourBefore(at: now)
        return new
    }

    private static let failuresOfOne = 3
    private static let failuresOfMany = 10

    /// The day before the last hour, in numbers of quarters.
    private static func before(_ now: Milliseconds) -> Range<Int64> {
        (now.quotient(quarter) - 95)..<(now.quotient(quarter) - 4)
    }

    /// Messages an hour, in the day before the last hour or as long as the domain is known.
    private func newFailedPerHourBefore(at now: Milliseconds) -> Int {
        let before = quarters.filter { Self.before(now).contains($0.number) }
        guard let first = before.first else { return 0 }
        let failed = before.reduce(0) { $0 + Int($1.tally.newFailed) }
        return failed * 4 / max(Int(Self.before(now).upperBound - first.number), 4)
    }

    /// Whether nine of ten of its messages passed in the day before the last hour, and there were ten.
    func usedToPass(at now: Milliseconds) -> Bool {
        var before = AuthenticationTally()
        for bucket in quarters where Self.before(now).contains(bucket.number) { before.add(bucket.tally) }
        // As of a message: what SPF says of an envelope counts only where DMARC says nothing.
        for method in [AuthenticationMethod.dmarc, .spf] {
            let (passed, failed) = (before[method, .pass], before[method, .fail])
            if passed + failed >= 10 { return passed * 10 >= (passed + failed) * 9 }
        }
        return false
    }
}

extension Milliseconds {
    /// Rounded down, also below 0.
    fileprivate func quotient(_ span: Milliseconds) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: span)
        return rest < 0 ? quotient - 1 : quotient
    }
}
