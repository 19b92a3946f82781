import Dispatch
import MailPolicy
import PolicyStore
import Synchronization

/// The engine's way to its store: one call at a time, on a thread of its own, so that no disk holds up a request.
///
/// While the store cannot be written the gates go on from memory; ``trouble`` says what is wrong, and what could not be
/// written is kept, as far as it is bounded, until it can.
package final class StoreKeeper: Sendable {
    private struct State {
        var trouble: String?
        /// By account index: the number of its row. Accounts that were first seen since the last batch have none yet.
        var rows: [Int64]
        /// What could not be written yet.
        var unwritten: StoreBatch?
        var isWriting = false
    }

    private let store: PolicyStore
    private let queue = DispatchQueue(label: "sekisho.store", qos: .utility)
    private let state: Mutex<State>
    private let retention: StoreRetention

    init(store: PolicyStore, rows: [Int64], retention: StoreRetention) {
        self.store = store
        self.retention = retention
        state = Mutex(State(rows: rows))
    }

    package var trouble: String? { state.withLock { $0.trouble } }

    /// Does something with the store, and waits for it.
    package func perform<Result: Sendable>(
        _ body: @escaping @Sendable (PolicyStore) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try body(self.store) }) }
        }
    }

    /// Writes a second's worth. Returns at once; a batch that comes while one is being written joins the next.
    func write(_ batch: SecondBatch, gatehouse: Gatehouse) {
        let isFree = state.withLock { state in
            defer { state.isWriting = true }
            return !state.isWriting
        }
        queue.async {
            self.writeNow(batch, gatehouse: gatehouse)
            if isFree { self.tidy(gatehouse) }
            self.state.withLock { $0.isWriting = false }
        }
    }

    /// Writes what is left, and closes.
    func close(with batch: SecondBatch, gatehouse: Gatehouse) async throws {
        try await perform { store in
            self.writeNow(batch, gatehouse: gatehouse)
            try store.close()
        }
    }

    // MARK: Writing

    private func writeNow(_ batch: SecondBatch, gatehouse: Gatehouse) {
        do {
            try rememberNewAccounts(gatehouse)
            var stored = batch.stored(rows: state.withLock { $0.rows })
            if var unwritten = state.withLock({ $0.unwritten }) {
                unwritten.append(stored)
                stored = unwritten
            }
            state.withLock { $0.unwritten = stored }
            try store.write(stored)
            state.withLock { state in
                state.unwritten = nil
                state.trouble = nil
            }
        } catch {
            state.withLock { state in
                state.trouble = "\(error)"
                state.unwritten?.bound()
            }
        }
    }

    /// Gives a row to every account that has none.
    private func rememberNewAccounts(_ gatehouse: Gatehouse) throws {
        while true {
            let known = state.withLock { $0.rows.count }
            let new = gatehouse.withState { state, _ in
                let accounts = state.gatekeeper.accounts
                return (known..<min(accounts.count, known + 2_000)).map { index in
                    SeenAccount(login: accounts.login(Int32(index)), firstSeen: accounts[Int32(index)].signedUp)
                }
            }
            guard !new.isEmpty else { return }
            let rows = try store.insertSeen(new)
            state.withLock { $0.rows += rows }
        }
    }

    /// Drops what is too old, and lets the meters' log be shortened.
    private func tidy(_ gatehouse: Gatehouse) {
        do {
            let now = gatehouse.clock.now()
            _ = try store.prune(retention, now: StoredClock(steady: now.steady, wall: now.wall))
            let due = try store.metersDue(keeping: 300, atMost: 500)
            guard !due.isEmpty else { return }
            try writeCheckpoints(of: due, gatehouse)
        } catch {
            state.withLock { $0.trouble = "\(error)" }
        }
    }

    /// A checkpoint holds all that was counted, so the increments that are not written yet go with it.
    private func writeCheckpoints(of due: [StoredMeterKey], _ gatehouse: Gatehouse) throws {
        let rows = state.withLock { $0.rows }
        var accounts: [Int64: Int32] = [:]
        for case .account(let row) in due { accounts[row] = -1 }
        for (index, row) in rows.enumerated() where accounts[row] != nil { accounts[row] = Int32(index) }
        let (checkpoints, batch) = gatehouse.withState { state, now in
            let checkpoints = due.compactMap { key in
                MeterLoading.key(of: key, accounts: accounts, state.gatekeeper).map { found in
                    MeterCheckpoint(key: key, entries: MeterLoading.entries(of: found, state.gatekeeper, at: now))
                } ?? MeterCheckpoint(key: key, entries: [])
            }
            let increments = state.gatekeeper.meters.drainJournal()
            return (
                checkpoints,
                SecondBatch(
                    clock: now, increments: increments, carriers: state.gatekeeper.rulebook.carriers.map(\.name))
            )
        }
        try rememberNewAccounts(gatehouse)
        var stored = batch.stored(rows: state.withLock { $0.rows })
        stored.checkpoints = checkpoints
        state.withLock { $0.unwritten = stored }
        try store.write(stored)
        state.withLock { $0.unwritten = nil }
    }
}

extension StoreBatch {
    /// Keeps the newest when a store takes nothing for long.
    fileprivate mutating func bound() {
        if increments.count > 1_000_000 { increments.removeFirst(increments.count - 1_000_000) }
        if verdicts.count > 100_000 { verdicts.removeFirst(verdicts.count - 100_000) }
        if history.count > 100_000 { history.removeFirst(history.count - 100_000) }
        if queueOwners.count > 200_000 { queueOwners.removeFirst(queueOwners.count - 200_000) }
    }
}
