import MailPolicy
import PolicyStore

/// What a second brought, in the engine's own terms.
struct SecondBatch: Sendable {
    var clock: Moment
    var increments: [MemoryMeters.Increment]
    /// Names of the carriers that the increments' indices mean.
    var carriers: [String]
    var verdicts: [StoredVerdict] = []
    /// Queue IDs, and the account that each is of.
    var queueOwners: [(queueID: String, account: Int32)] = []
    var offences: [(account: Int32, at: Milliseconds)] = []
    var history: [HistoryIncrement] = []

    init(clock: Moment, increments: [MemoryMeters.Increment], carriers: [String]) {
        self.clock = clock
        self.increments = increments
        self.carriers = carriers
    }

    /// - Parameter rows: by account index, the number of its row.
    func stored(rows: [Int64]) -> StoreBatch {
        func row(_ account: Int32) -> Int64? { rows.indices.contains(Int(account)) ? rows[Int(account)] : nil }
        return StoreBatch(
            clock: StoredClock(steady: clock.steady, wall: clock.wall),
            increments: increments.compactMap { increment in
                key(increment.key, row).map { MeterIncrement(key: $0, entry: MeterEntry(increment)) }
            },
            offences: offences.compactMap { offence in
                row(offence.account).map { AccountOffence(account: $0, at: offence.at) }
            }, verdicts: verdicts,
            queueOwners: queueOwners.compactMap { owner in
                row(owner.account).map { QueueOwner(queueID: owner.queueID, account: $0, at: clock.wall) }
            }, history: history)
    }

    private func key(_ key: MailPolicy.MeterKey, _ row: (Int32) -> Int64?) -> StoredMeterKey? {
        switch key.kind {
        case .account: return row(key.index).map { .account($0) }
        case .carrier:
            let index = Int(key.index)
            return index < carriers.count ? .named(kind: MeterLoading.carrierKind, name: carriers[index]) : nil
        case .address, .network: return nil
        }
    }
}

extension MeterEntry {
    init(_ increment: MemoryMeters.Increment) {
        self.init(
            at: increment.at, messages: Int32(clamping: increment.amount.messages),
            recipients: Int32(clamping: increment.amount.recipients), bytes: increment.amount.bytes)
    }
}
