import Dispatch
import Logging
import MailPolicy
import PolicyStore
import Synchronization

/// The engine's way to its store: one call at a time, on a thread of its own, so that no disk holds up a request.
///
/// While the store cannot be written the gates go on from memory; ``trouble`` says what is wrong, and what could not be
/// written is kept, as far as it is bounded, until it can.
///
/// Counts leave the gatekeeper on this thread alone, so they are written in the order in which they were counted, and
/// a checkpoint can never hold one that is still on its way to the log.
package final class StoreKeeper: Sendable {
    private struct State {
        var trouble: String?
        /// By account index: the number of its row. Accounts that were first seen since the last batch have none yet.
        var rows: [Int64]
        /// What is not written yet.
        var unwritten = SecondBatch()
        var isScheduled = false
        /// When to try again, in nanoseconds of ``monotonicNanoseconds()``.
        var nextTry: UInt64 = 0
    }

    private let store: PolicyStore
    private let queue = DispatchQueue(label: "sekisho.store", qos: .utility)
    private let state: Mutex<State>
    private let retention: StoreRetention
    private let logger: Logger
    /// How many of the newest rows of the meters' log are left as they are: one or two come a second.
    private let logRows: Int64
    /// A batch that could not be written can be large, and trying takes its time.
    private static let pause: UInt64 = 2_000_000_000
    /// Meter entries that are copied under one hold of the gatehouse's lock.
    private static let entriesAtOnce = 16_384

    init(store: PolicyStore, rows: [Int64], retention: StoreRetention, logger: Logger, logRows: Int64 = 600) {
        self.logRows = logRows
        self.store = store
        self.retention = retention
        self.logger = logger
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

    /// Writes what a second brought, and what the gatekeeper has counted. Returns at once; what comes while the store is
    /// busy is written together.
    func write(_ batch: SecondBatch, gatehouse: Gatehouse) {
        let isScheduled = state.withLock { state in
            state.unwritten.append(batch)
            defer { state.isScheduled = true }
            return state.isScheduled
        }
        guard !isScheduled else { return }
        queue.async { self.work(gatehouse) }
    }

    /// Writes what is left, and closes.
    ///
    /// - Throws: what the store says; what could not be written is lost then.
    func close(with batch: SecondBatch, gatehouse: Gatehouse) async throws {
        state.withLock { $0.unwritten.append(batch) }
        try await perform { store in
            let written = Swift.Result { try self.writeNow(gatehouse) }
            try store.close()
            try written.get()
        }
    }

    // MARK: Writing

    private func work(_ gatehouse: Gatehouse) {
        let (mayTry, expiredUpTo) = state.withLock { state in
            state.isScheduled = false
            return (monotonicNanoseconds() >= state.nextTry, state.unwritten.expiredUpTo)
        }
        guard mayTry else { return drain(gatehouse) }
        do {
            try writeNow(gatehouse)
        } catch {
            state.withLock { $0.nextTry = monotonicNanoseconds() + Self.pause }
            return note(trouble: "\(error)")
        }
        do {
            try expire(upTo: expiredUpTo)
            try tidy(gatehouse)
            note(trouble: nil)
        } catch {
            note(trouble: "\(error)")
        }
    }

    /// Says what changed in the log, once.
    private func note(trouble: String?) {
        let (before, lost) = state.withLock { state in
            defer { state.trouble = trouble }
            return (state.trouble, trouble == nil ? 0 : state.unwritten.bound())
        }
        if lost > 0 {
            logger.error("\(lost) counts and verdicts can no longer be kept for the store, which takes nothing")
        }
        guard trouble != before else { return }
        if let trouble {
            logger.error("the store is not written, the gates go on from memory: \(trouble)")
        } else {
            logger.notice("the store is written again, and nothing is left to be")
        }
    }

    private func drain(_ gatehouse: Gatehouse) {
        var counts = SecondBatch()
        gatehouse.withState { state, now in counts.drain(&state.gatekeeper, at: now) }
        state.withLock { state in
            state.unwritten.append(counts)
            state.unwritten.clock = counts.clock
        }
    }

    private func writeNow(_ gatehouse: Gatehouse) throws {
        drain(gatehouse)
        try writeUnwritten(with: [], gatehouse)
    }

    /// What comes after this was taken stays for the next.
    private func writeUnwritten(with checkpoints: [MeterCheckpoint], _ gatehouse: Gatehouse) throws {
        try rememberNewAccounts(gatehouse)
        let (batch, rows) = state.withLock { state in
            defer { state.unwritten = SecondBatch() }
            return (state.unwritten, state.rows)
        }
        do {
            var stored = batch.stored(rows: rows)
            stored.checkpoints = checkpoints
            try store.write(stored)
        } catch {
            state.withLock { state in
                var all = batch
                all.append(state.unwritten)
                state.unwritten = all
            }
            throw error
        }
    }

    /// Gives a row to every account that has none.
    private func rememberNewAccounts(_ gatehouse: Gatehouse) throws {
        while true {
            let known = state.withLock { $0.rows.count }
            let new = gatehouse.withState { state, _ in
                let accounts = state.gatekeeper.accounts
                return (known..<min(accounts.count, known + 500)).map { index in
                    SeenAccount(login: accounts.login(Int32(index)), firstSeen: accounts[Int32(index)].signedUp)
                }
            }
            guard !new.isEmpty else { return }
            let rows = try store.insertSeen(new)
            state.withLock { $0.rows += rows }
        }
    }

    // MARK: Tidying

    private func expire(upTo wall: Milliseconds) throws {
        for id in try store.expireOverrides(now: wall) {
            let record = try store.override(id)?.record
            logger.notice(
                "override ran out",
                metadata: [
                    "override": "\(id)", "kind": "\(record?.kind ?? "")", "target": "\(record?.target ?? "")",
                    "actor": "\(record?.actor ?? "")",
                ])
        }
    }

    /// Drops what is too old, and lets the meters' log be shortened.
    private func tidy(_ gatehouse: Gatehouse) throws {
        let now = gatehouse.clock.now()
        _ = try store.prune(retention, now: StoredClock(steady: now.steady, wall: now.wall))
        let due = try store.metersDue(keeping: logRows, atMost: 500)
        guard !due.isEmpty else { return }
        var rest = due[...]
        let indices = indices(of: due)
        while !rest.isEmpty { try writeCheckpoints(of: &rest, indices, gatehouse) }
    }

    /// Index of each account that is due, by its row.
    private func indices(of due: [StoredMeterKey]) -> [Int64: Int32] {
        var indices: [Int64: Int32] = [:]
        for case .account(let row) in due { indices[row] = -1 }
        let rows = state.withLock { $0.rows }
        for (index, row) in rows.enumerated() where indices[row] != nil { indices[row] = Int32(index) }
        return indices
    }

    /// A checkpoint holds all that was counted, so the counts that are not written yet go with it.
    private func writeCheckpoints(
        of due: inout ArraySlice<StoredMeterKey>, _ indices: [Int64: Int32], _ gatehouse: Gatehouse
    ) throws {
        var counts = SecondBatch()
        let wanted = due
        let checkpoints = gatehouse.withState { state, now in
            counts.drain(&state.gatekeeper, at: now)
            var checkpoints: [MeterCheckpoint] = []
            var copied = 0
            for key in wanted where copied < Self.entriesAtOnce {
                let found = MeterLoading.key(of: key, accounts: indices, state.gatekeeper)
                let entries = found.map { MeterLoading.entries(of: $0, state.gatekeeper, at: now) } ?? []
                checkpoints.append(MeterCheckpoint(key: key, entries: entries))
                copied += entries.count
            }
            return checkpoints
        }
        state.withLock { state in
            state.unwritten.append(counts)
            state.unwritten.clock = counts.clock
        }
        try writeUnwritten(with: checkpoints, gatehouse)
        due = due.dropFirst(checkpoints.count)
    }
}
