/// Meters in this process's memory.
package struct MemoryMeters: MeterBank, Sendable {
    /// A count that is not kept on disk yet.
    package struct Increment: Sendable, Equatable {
        package var key: MeterKey
        package var at: Milliseconds
        package var amount: Amount

        package init(key: MeterKey, at: Milliseconds, amount: Amount) {
            self.key = key
            self.at = at
            self.amount = amount
        }
    }

    private var accounts: ContiguousArray<Meter> = []
    private var carriers: ContiguousArray<Meter> = []
    private var addresses: ContiguousArray<Meter> = []
    private var networks: ContiguousArray<Meter> = []
    /// How long counts are kept: the longest period in use.
    package var retention: Milliseconds = 86_400_000
    /// Whether counts of accounts and carriers are written down for the store.
    package var keepsJournal = false
    private var journal: [Increment] = []
    /// With a store that takes nothing the journal would grow for ever; what is over this is lost to a restart.
    package static let longestJournal = 1_000_000
    package private(set) var journalLost = 0

    package init() {}

    package func meter(_ key: MeterKey) -> Meter {
        let index = Int(key.index)
        switch key.kind {
        case .account: return index < accounts.count ? accounts[index] : Meter()
        case .carrier: return index < carriers.count ? carriers[index] : Meter()
        case .address: return index < addresses.count ? addresses[index] : Meter()
        case .network: return index < networks.count ? networks[index] : Meter()
        }
    }

    @inline(__always)
    private mutating func withMeter<Result>(_ key: MeterKey, _ body: (inout Meter) -> Result) -> Result {
        let index = Int(key.index)
        switch key.kind {
        case .account: return Self.with(&accounts, index, body)
        case .carrier: return Self.with(&carriers, index, body)
        case .address: return Self.with(&addresses, index, body)
        case .network: return Self.with(&networks, index, body)
        }
    }

    @inline(__always)
    private static func with<Result>(
        _ meters: inout ContiguousArray<Meter>, _ index: Int, _ body: (inout Meter) -> Result
    ) -> Result {
        while meters.count <= index { meters.append(Meter()) }
        return body(&meters[index])
    }

    func prefetch(account: Int) { MailPolicy.prefetch(accounts, at: account) }

    /// Makes room for so many accounts at once.
    package mutating func reserveAccounts(_ count: Int) { accounts.reserveCapacity(count) }

    /// Carriers have new numbers; what was counted for one that is no more is forgotten.
    mutating func renumberCarriers(_ moved: [Int32: Int32]) {
        let old = carriers
        carriers = []
        for (from, to) in moved where Int(from) < old.count {
            Self.with(&carriers, Int(to)) { $0 = old[Int(from)] }
        }
        journal = journal.compactMap { increment in
            guard increment.key.kind == .carrier else { return increment }
            return moved[increment.key.index].map {
                Increment(key: MeterKey(.carrier, $0), at: increment.at, amount: increment.amount)
            }
        }
    }

    package mutating func reset(_ key: MeterKey) {
        if !meter(key).isEmpty { withMeter(key) { $0 = Meter() } }
    }

    package mutating func take(_ claim: Claim, and other: Claim?, at now: Moment, zone: ZoneOffsets) -> Taking {
        let first = withMeter(claim.key) { Self.examine($0, claim, at: now, zone: zone) }
        guard case .taken(var nearest) = first else { return first }
        if let other {
            let second = withMeter(other.key) { Self.examine($0, other, at: now, zone: zone) }
            guard case .taken(let also) = second else { return second }
            if let also, nearest.map({ also.fraction > $0.fraction }) ?? true { nearest = also }
            withMeter(other.key) { $0.reserve(other.amount) }
        }
        withMeter(claim.key) { $0.reserve(claim.amount) }
        return .taken(nearest: nearest)
    }

    @inline(__always)
    private static func examine(_ meter: borrowing Meter, _ claim: Claim, at now: Moment, zone: ZoneOffsets) -> Taking {
        var nearest: LimitCount?
        var nearestFraction = -1.0
        var refusal: LimitCount?
        for applied in claim.limits {
            let limit = applied.limit
            let wanted = claim.amount[limit.unit]
            let start = limit.period.start(at: now, zone: zone)
            let count = meter.counted(limit.unit, after: start) + meter.reserved[limit.unit]
            if wanted > 0, wanted > limit.quantity - count {
                let free = freeAgain(meter, limit, wanted: wanted, count: count, start: start, at: now, zone: zone)
                let found = LimitCount(limit: applied, count: count, freeAgain: free)
                if refusal.map({ found.isFree(after: $0) }) ?? true { refusal = found }
                continue
            }
            let fraction = limit.quantity > 0 ? Double(count + wanted) / Double(limit.quantity) : 1
            if fraction > nearestFraction {
                nearestFraction = fraction
                nearest = LimitCount(limit: applied, count: count + wanted)
            }
        }
        return refusal.map { .refused($0) } ?? .taken(nearest: nearest)
    }

    /// Wall time at which `wanted` more would fit, if nothing else is counted until then.
    private static func freeAgain(
        _ meter: borrowing Meter, _ limit: Limit, wanted: Int64, count: Int64, start: Milliseconds, at now: Moment,
        zone: ZoneOffsets
    ) -> Milliseconds? {
        guard wanted <= limit.quantity else { return nil }
        switch limit.period {
        case .calendar(let unit):
            return meter.reserved[limit.unit] + wanted <= limit.quantity ? unit.end(at: now.wall, zone: zone) : nil
        case .rolling(let span):
            let excess = count + wanted - limit.quantity
            guard let reached = meter.time(ofReaching: excess, limit.unit, after: start) else { return nil }
            return now.wall(atSteady: reached + span)
        }
    }

    package mutating func commit(_ amount: Amount, of key: MeterKey, at now: Moment) {
        guard amount != .zero else { return }
        let retention = retention
        withMeter(key) {
            $0.giveBack(amount)
            $0.count(amount, at: now.steady, retention: retention)
        }
        if keepsJournal, key.kind == .account || key.kind == .carrier {
            if journal.count < Self.longestJournal {
                journal.append(Increment(key: key, at: now.steady, amount: amount))
            } else {
                journalLost += 1
            }
        }
    }

    package mutating func giveBack(_ amount: Amount, to key: MeterKey) {
        withMeter(key) { $0.giveBack(amount) }
    }

    package func count(of limit: AppliedLimit, for key: MeterKey, at now: Moment, zone: ZoneOffsets) -> LimitCount {
        let meter = meter(key)
        let start = limit.limit.period.start(at: now, zone: zone)
        let count = meter.counted(limit.limit.unit, after: start) + meter.reserved[limit.limit.unit]
        guard count >= limit.limit.quantity else { return LimitCount(limit: limit, count: count) }
        let free = Self.freeAgain(meter, limit.limit, wanted: 1, count: count, start: start, at: now, zone: zone)
        return LimitCount(limit: limit, count: count, freeAgain: free)
    }

    // MARK: Keeping

    /// Counts what was counted before a restart.
    package mutating func restore(_ amount: Amount, of key: MeterKey, at time: Milliseconds) {
        let retention = retention
        withMeter(key) { $0.count(amount, at: time, retention: retention) }
    }

    /// The counts since the last call, for the store.
    package mutating func drainJournal() -> [Increment] {
        var drained: [Increment] = []
        drained.reserveCapacity(min(journal.count, 4096))
        swap(&drained, &journal)
        return drained
    }
}
