import MailPolicy

/// What was found of a domain's messages in the last day.
struct DomainRecord: Sendable {
    /// A span of time in which something was found; those without are not there.
    private struct Bucket: Sendable {
        var number: Int64
        var tally = AuthenticationTally()
    }

    /// Who used the domain's name.
    struct Source: Sendable, Equatable {
        var address: IPAddress
        var passed = 0
        var failed = 0
        var unknown = 0
        /// Steady times.
        var firstSeen: Milliseconds
        var lastSeen: Milliseconds
        var messages: Int { passed + failed + unknown }
    }

    let name: String
    /// Halved whenever the board looks for room: what keeps coming keeps its place.
    var weight: Int32 = 0
    private(set) var lastSeen: Milliseconds = .min
    private var minutes: [Bucket] = []
    private var quarters: [Bucket] = []
    private(set) var sources: [Source] = []

    static let minute: Milliseconds = 60_000
    static let quarter: Milliseconds = 900_000
    static let hour: Milliseconds = 3_600_000
    static let day: Milliseconds = 24 * hour
    static let sourcesKept = 32

    init(name: String) { self.name = name }

    // MARK: Counting

    mutating func add(_ findings: MessageFindings, at now: Milliseconds) {
        weight = weight < .max ? weight + 1 : weight
        lastSeen = now
        Self.add(to: &minutes, span: Self.minute, keeping: Self.hour, at: now) { $0.add(findings) }
        Self.add(to: &quarters, span: Self.quarter, keeping: Self.day, at: now) { $0.add(findings) }
        note(findings, at: now)
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

    private mutating func note(_ findings: MessageFindings, at now: Milliseconds) {
        let index: Int
        if let known = sources.firstIndex(where: { $0.address == findings.source }) {
            index = known
        } else if sources.count < Self.sourcesKept {
            index = sources.count
            sources.append(Source(address: findings.source, firstSeen: now, lastSeen: now))
        } else {
            // In the place of the one that was quiet for longest.
            index = sources.indices.min { sources[$0].lastSeen < sources[$1].lastSeen } ?? 0
            sources[index] = Source(address: findings.source, firstSeen: now, lastSeen: now)
        }
        sources[index].lastSeen = now
        switch findings.isGenuine {
        case true?: sources[index].passed += 1
        case false?: sources[index].failed += 1
        case nil: sources[index].unknown += 1
        }
    }

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

    /// Sources that came up in the last hour and only ever failed, while the domain's mail passed before.
    ///
    /// - Parameter known: Steady time before which nobody's first message would have been noticed.
    func newFailingSources(at now: Milliseconds, known: Milliseconds) -> [Source] {
        guard usedToPass(at: now) else { return [] }
        return sources.filter {
            $0.passed == 0 && $0.failed >= Self.failuresThatCount && $0.firstSeen > max(now - Self.hour, known)
                && $0.lastSeen > now - Self.hour
        }.sorted { ($0.failed, $1.address.description) > ($1.failed, $0.address.description) }
    }

    private static let failuresThatCount = 3

    /// Whether nine of ten of its messages passed in the day before the last hour, and there were ten.
    func usedToPass(at now: Milliseconds) -> Bool {
        var before = AuthenticationTally()
        let (first, last) = (now.quotient(Self.quarter) - 95, now.quotient(Self.quarter) - 4)
        for bucket in quarters where bucket.number >= first && bucket.number < last { before.add(bucket.tally) }
        return [AuthenticationMethod.dmarc, .spf].contains { method in
            let (passed, failed) = (before[method, .pass], before[method, .fail])
            return passed + failed >= 10 && passed * 10 >= (passed + failed) * 9
        }
    }
}

extension Milliseconds {
    /// Rounded down, also below 0.
    fileprivate func quotient(_ span: Milliseconds) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: span)
        return rest < 0 ? quotient - 1 : quotient
    }
}
