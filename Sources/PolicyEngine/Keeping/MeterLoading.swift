import MailPolicy
import PolicyStore

/// Meters between the store's keys and the gatekeeper's.
enum MeterLoading {
    /// The store's number for meters of carriers.
    static let carrierKind: UInt8 = 1

    static func key(
        of stored: StoredMeterKey, accounts: [Int64: Int32], _ gatekeeper: Gatekeeper
    ) -> MailPolicy.MeterKey? {
        switch stored {
        case .account(let row): accounts[row].flatMap { $0 >= 0 ? MailPolicy.MeterKey(.account, $0) : nil }
        case .named(carrierKind, let name): gatekeeper.carrierIndex(name).map { MailPolicy.MeterKey(.carrier, $0) }
        case .named: nil
        }
    }

    /// All that still matters of a meter.
    static func entries(of key: MailPolicy.MeterKey, _ gatekeeper: Gatekeeper, at now: Moment) -> [MeterEntry] {
        var entries: [MeterEntry] = []
        gatekeeper.meters.meter(key).history(after: now.steady - gatekeeper.meters.retention) { at, amount in
            entries.append(MeterEntry(MemoryMeters.Increment(key: key, at: at, amount: amount)))
        }
        return entries
    }
}
