import Glibc
import MailPolicy
import PolicyStore

/// Brings the site's directory of accounts into the store and into memory: all of it, or nothing.
struct DirectoryImport: Sendable {
    let keeper: StoreKeeper
    let gatehouse: Gatehouse
    /// Names that the directory's `plan` column may have.
    let plans: [String]
    /// What the store keeps of the file that was imported last.
    private static let stampKey = "directory.file"
    /// Accounts that are taken over under one hold of the gatehouse's lock.
    private static let slice = 200

    init(keeper: StoreKeeper, gatehouse: Gatehouse, plans: [String]) {
        self.keeper = keeper
        self.gatehouse = gatehouse
        self.plans = plans
    }

    /// A file that was read whole and is in order.
    struct ReadFile: Sendable {
        var accounts: [DirectoryAccount]
        fileprivate var stamp: String
    }

    /// Reads a file, unless it is as it was at the last import. Nothing is changed yet.
    ///
    /// - Throws: ``DirectoryError``, `PolicyStoreError`.
    func readIfChanged(_ file: String, zone: ZoneOffsets) async throws -> ReadFile? {
        let stamp = Self.stamp(of: file) + " " + plans.joined(separator: ",")
        let known = try await keeper.perform { try $0.meta(Self.stampKey) }
        guard known != stamp else { return nil }
        let (_, now) = zoneAndTime
        let accounts = try DirectoryReader.load(file: file, plans: plans, zone: zone, now: now)
        return ReadFile(accounts: accounts, stamp: stamp)
    }

    /// Takes over what was read. Its plans must be in the gatekeeper's rulebook by now.
    ///
    /// - Returns: what changed, in words.
    /// - Throws: `PolicyStoreError`.
    func take(_ file: ReadFile) async throws -> String {
        let counts = try await take(file.accounts)
        try await keeper.perform { try $0.setMeta(Self.stampKey, to: file.stamp) }
        return counts
    }

    /// Imports what an operator sent.
    ///
    /// - Throws: ``DirectoryError``, `PolicyStoreError`.
    func importText(_ text: String) async throws -> String {
        let (zone, now) = zoneAndTime
        let accounts = try DirectoryReader.parse(Array(text.utf8), file: "accounts", plans: plans, zone: zone, now: now)
        return try await take(accounts)
    }

    private var zoneAndTime: (ZoneOffsets, Milliseconds) {
        gatehouse.withState { state, now in (state.gatekeeper.rulebook.zone, now.wall) }
    }

    /// Takes over accounts that were read already.
    func take(_ accounts: [DirectoryAccount]) async throws -> String {
        let now = gatehouse.clock.now().wall
        let counts = try await keeper.perform { store in
            try store.replaceDirectory(
                rows: accounts.lazy.map(DirectoryRow.init),
                stamp: DirectoryStamp(digest: "", bytes: Int64(accounts.count), modified: now), now: now)
        }
        for start in stride(from: 0, to: accounts.count, by: Self.slice) {
            let slice = accounts[start..<min(start + Self.slice, accounts.count)]
            gatehouse.withState { state, _ in state.gatekeeper.update(slice) }
        }
        forgetMissing(Set(accounts.map { $0.login.lowercased() }))
        return "\(counts.added) new, \(counts.changed) changed, \(counts.removed) gone, \(counts.unchanged) as before"
    }

    /// Accounts that the directory does not name any more are unknown from now on.
    private func forgetMissing(_ present: Set<String>) {
        var missing: [String] = []
        let count = gatehouse.withState { state, _ in state.gatekeeper.accounts.count }
        gatehouse.inSlices(of: 256, count: count) { state, slice, _ in
            for account in slice where state.gatekeeper.accounts[Int32(account)].inDirectory {
                let login = state.gatekeeper.accounts.login(Int32(account))
                if !present.contains(login) { missing.append(login) }
            }
        }
        for start in stride(from: 0, to: missing.count, by: Self.slice) {
            let slice = missing[start..<min(start + Self.slice, missing.count)]
            gatehouse.withState { state, _ in state.gatekeeper.leaveDirectory(slice) }
        }
    }

    private static func stamp(of file: String) -> String {
        var status = stat()
        guard stat(file, &status) == 0 else { return "" }
        return "\(file) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}

extension DirectoryRow {
    init(_ account: DirectoryAccount) {
        self.init(
            login: account.login, plan: account.plan, signedUp: account.signedUp, addresses: account.addresses,
            name: account.name)
    }
}
