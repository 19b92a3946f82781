import MailPolicy
import PolicyStore

/// What came since the store was written last, in the engine's own terms: accounts may have no row yet.
struct SecondBatch: Sendable {
    /// A count, and whose it is. Carriers go by name, since their numbers change with the rulebook.
    struct Count: Sendable {
        enum Owner: Sendable, Equatable {
            case account(Int32)
            case carrier(String)
        }

        var owner: Owner
        var entry: MeterEntry
    }

    /// Whose message has a queue ID; `at` is when that was last known.
    struct Owner: Sendable {
        var queueID: String
        var account: Int32
        var at: Milliseconds
    }

    /// Moments of the newest count in it.
    var clock = StoredClock(steady: 0, wall: 0)
    var counts: [Count] = []
    var verdicts: [StoredVerdict] = []
    var queueOwners: [Owner] = []
    var offences: [(account: Int32, at: Milliseconds)] = []
    var history: [HistoryIncrement] = []
    var domainMinutes: [DomainMinute] = []
    var domainSources: [DomainSourceChange] = []
    /// Number of the newest verdict, whether it is stored or not.
    var newestVerdict: Int64 = 0

    /// Wall time up to which overrides that ran out are no longer in force, so that the store can end them too.
    var expiredUpTo = Milliseconds.min

    /// What the store keeps the newest verdict's number under.
    static let newestVerdictKey = "verdict.newest"

    /// Takes in what came later.
    mutating func append(_ later: SecondBatch) {
        counts += later.counts
        verdicts += later.verdicts
        queueOwners += later.queueOwners
        offences += later.offences
        history += later.history
        domainMinutes += later.domainMinutes
        domainSources += later.domainSources
        newestVerdict = max(newestVerdict, later.newestVerdict)
        expiredUpTo = max(expiredUpTo, later.expiredUpTo)
    }

    /// Takes the counts that the gatekeeper wrote down.
    mutating func drain(_ gatekeeper: inout Gatekeeper, at now: Moment) {
        clock = StoredClock(steady: now.steady, wall: now.wall)
        for increment in gatekeeper.meters.drainJournal() {
            let index = increment.key.index
            switch increment.key.kind {
            case .account: counts.append(Count(owner: .account(index), entry: MeterEntry(increment)))
            case .carrier where Int(index) < gatekeeper.rulebook.carriers.count:
                let name = gatekeeper.rulebook.carriers[Int(index)].name
                counts.append(Count(owner: .carrier(name), entry: MeterEntry(increment)))
            case .carrier, .address, .network: break
            }
        }
    }

    /// Keeps the newest when a store takes nothing for long.
    ///
    /// - Returns: how much was let go.
    mutating func bound() -> Int {
        func keepNewest<Element>(_ most: Int, of all: inout [Element]) -> Int {
            let excess = max(all.count - most, 0)
            // Some more than needed, so that this is not done again at once.
            if excess > 0 { all.removeFirst(min(excess + most / 16, all.count)) }
            return excess
        }
        return keepNewest(1_000_000, of: &counts) + keepNewest(100_000, of: &verdicts)
            + keepNewest(200_000, of: &queueOwners) + keepNewest(100_000, of: &offences)
            + keepNewest(100_000, of: &history) + keepNewest(100_000, of: &domainMinutes)
            + keepNewest(200_000, of: &domainSources)
    }

    /// - Parameter rows: by account index, the number of its row.
    func stored(rows: [Int64]) -> StoreBatch {
        func row(_ account: Int32) -> Int64? { rows.indices.contains(Int(account)) ? rows[Int(account)] : nil }
        func key(_ owner: Count.Owner) -> StoredMeterKey? {
            switch owner {
            case .account(let account): row(account).map { .account($0) }
            case .carrier(let name): .named(kind: MeterLoading.carrierKind, name: name)
            }
        }
        return StoreBatch(
            clock: clock,
            increments: counts.compactMap { count in
                key(count.owner).map { MeterIncrement(key: $0, entry: count.entry) }
            },
            offences: offences.compactMap { offence in
                row(offence.account).map { AccountOffence(account: $0, at: offence.at) }
            }, verdicts: verdicts,
            queueOwners: queueOwners.compactMap { owner in
                row(owner.account).map { QueueOwner(queueID: owner.queueID, account: $0, at: owner.at) }
            }, history: history, domainMinutes: domainMinutes, domainSources: domainSources,
            meta: newestVerdict > 0 ? [Self.newestVerdictKey: String(newestVerdict)] : [:])
    }
}

extension MeterEntry {
    init(_ increment: MemoryMeters.Increment) {
        self.init(
            at: increment.at, messages: Int32(clamping: increment.amount.messages),
            recipients: Int32(clamping: increment.amount.recipients), bytes: increment.amount.bytes)
    }
}
