import MailPolicy
import PolicyStore

/// What the store knew when the engine started.
struct StoreLoading: Sendable {
    var gatekeeper: Gatekeeper
    /// By account index.
    var rows: [Int64]
    /// Overrides that ran out while no engine ran.
    var expired: [Int64]
    /// Overrides that cannot be read any more: what they name is left alone.
    var unreadable: [StoredOverride] = []

    /// Opens up what the last run kept, into a gatekeeper that can decide.
    ///
    /// - Throws: `PolicyStoreError`.
    static func load(_ store: PolicyStore, rulebook: Rulebook, seed: UInt64, now: Moment) throws -> StoreLoading {
        let expired = try store.expireOverrides(now: now.wall)
        let highest = Int(try store.highestAccount())
        // With room for those who will sign up, since making room for a million more takes a quarter of a second in which
        // nobody is answered.
        var gatekeeper = Gatekeeper(rulebook: rulebook, seed: seed, accounts: highest + highest / 8 + 16_384)
        let rows = try loadAccounts(store, into: &gatekeeper, highest: highest)
        var loading = StoreLoading(gatekeeper: gatekeeper, rows: rows, expired: expired)
        var overrides: [Override] = []
        for stored in try store.overridesInForce(now: now.wall) {
            if let override = Override(stored) { overrides.append(override) } else { loading.unreadable.append(stored) }
        }
        // Before the meters, since the longest period in use says how much of them still matters.
        loading.gatekeeper.add(overrides, at: now)
        try loadMeters(store, rows: rows, highest: highest, into: &loading.gatekeeper)
        loading.gatekeeper.meters.keepsJournal = true
        return loading
    }

    private static func loadAccounts(
        _ store: PolicyStore, into gatekeeper: inout Gatekeeper, highest: Int
    ) throws -> [Int64] {
        var rows: [Int64] = []
        rows.reserveCapacity(highest)
        let plans = Dictionary(
            uniqueKeysWithValues: gatekeeper.rulebook.plans.enumerated().map { ($1.name, Int32($0)) })
        try store.loadAccounts { account in
            let plan = account.plan.flatMap { plans[String(decoding: $0, as: UTF8.self)] }
            let addresses =
                account.addresses.isEmpty
                ? [] : String(decoding: account.addresses, as: UTF8.self).split(separator: "\n").map(String.init)
            let index = gatekeeper.restore(
                login: account.login.span, plan: account.isInDirectory ? plan : nil,
                signedUp: account.signedUp ?? account.firstSeen ?? 0,
                inDirectory: account.isInDirectory, hasLeft: account.goneSince != nil && !account.isInDirectory,
                lastOffence: account.lastOffence, addresses: addresses,
                name: account.name.map { String(decoding: $0, as: UTF8.self) })
            while rows.count <= Int(index) { rows.append(0) }
            rows[Int(index)] = account.id
        }
        return rows
    }

    private static func loadMeters(
        _ store: PolicyStore, rows: [Int64], highest: Int, into gatekeeper: inout Gatekeeper
    ) throws {
        var indices = [Int32](repeating: -1, count: highest + 1)
        for (index, row) in rows.enumerated() { indices[Int(row)] = Int32(index) }
        gatekeeper.meters.reserveAccounts(rows.count)
        try store.loadMeters { key, entries in
            let found: MailPolicy.MeterKey?
            switch key {
            case .account(let row):
                found =
                    row <= highest && indices[Int(row)] >= 0 ? MailPolicy.MeterKey(.account, indices[Int(row)]) : nil
            case .named(MeterLoading.carrierKind, let name):
                found = gatekeeper.carrierIndex(name).map { MailPolicy.MeterKey(.carrier, $0) }
            case .named: found = nil
            }
            guard let found else { return }
            for entry in entries {
                let amount = Amount(
                    messages: Int64(entry.messages), recipients: Int64(entry.recipients), bytes: entry.bytes)
                gatekeeper.restore(amount, of: found, at: entry.at)
            }
        }
    }
}

extension Override {
    /// `nil` where it is not readable, such as of a later version.
    init?(_ stored: StoredOverride) {
        let text = OverrideText(kind: stored.record.kind, target: stored.record.target, value: stored.record.value)
        guard let kind = text.decoded else { return nil }
        self.init(
            id: stored.id, kind: kind, actor: stored.record.actor, reason: stored.record.reason,
            since: stored.record.since, expires: stored.record.expires)
    }
}
