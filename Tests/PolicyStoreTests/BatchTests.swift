import Foundation
import GRDB
import Testing

@testable import PolicyStore

@Suite struct BatchTests {
    let place: TemporaryStore
    let store: PolicyStore

    init() throws {
        place = try TemporaryStore()
        store = try place.open()
    }

    /// Something for every table.
    private func batch(_ number: Int64) -> StoreBatch {
        let entry = MeterEntry(at: number, messages: 1, recipients: 1, bytes: 1)
        var batch = emptyBatch(at: morning + number)
        batch.increments = [MeterIncrement(key: .account(1), entry: entry)]
        batch.verdicts = [exampleVerdict(number: number)]
        batch.queueOwners = [QueueOwner(queueID: "4bXyz\(number)", account: 1, at: morning)]
        batch.history = [HistoryIncrement(series: "uptime", at: morning, value: 1)]
        batch.meta = ["last": String(number)]
        return batch
    }

    private func expect(batches: Int, in store: PolicyStore) throws {
        #expect(try store.allMeters()[.account(1)]?.count == batches)
        #expect(try store.verdicts(of: nil, limit: 1_000).count == batches)
        #expect(try owners(store).count == batches)
        #expect(
            try store.history(of: ["uptime"], from: morning, to: morning).values == ["uptime": [Int64(batches)]])
    }

    private func owners(_ store: PolicyStore) throws -> [String: Int64] {
        var owners: [String: Int64] = [:]
        try store.loadQueueOwners { owners[$0.queueID] = $0.account }
        return owners
    }

    @Test func aBatchIsThereAfterAKill() throws {
        #expect(try store.clock() == nil)
        try store.write(batch(1))
        let restarted = try place.copyAsKilled().open()
        try expect(batches: 1, in: restarted)
        #expect(try restarted.clock() == StoredClock(steady: morning + 1 - 5_000, wall: morning + 1))
        #expect(try restarted.meta("last") == "1")
    }

    @Test func aFullDiskWritesNothingHalfAndTheNextWriteWorks() throws {
        try store.write(batch(1))
        try store.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA max_page_count = 1")
        var large = batch(2)
        large.verdicts += (3...400).map { exampleVerdict(number: $0) }
        let error = try storeError { _ = try store.write(large) }
        #expect(error.reason == .diskFull)
        #expect(error.mayPass)
        #expect(error.description.contains("write the batch"))
        try expect(batches: 1, in: store)
        #expect(try store.meta("last") == "1")

        try store.execute("PRAGMA max_page_count = 1073741823")
        var waiting = batch(2)
        waiting.append(batch(3))
        try store.write(waiting)
        try expect(batches: 3, in: store)
        #expect(try store.meta("last") == "3")
        try expect(batches: 3, in: try place.copyAsKilled().open())
    }

    @Test func anActionThatFindsTheDiskFullIsNeitherInForceNorInTheLog() throws {
        try store.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA max_page_count = 1")
        let audit = AuditRecord(
            at: morning, actor: "oncall", uid: 1, verb: "suspend", target: "a", detail: "", reason: "",
            outcome: .done, payload: String(repeating: "x", count: 50_000))
        let override = OverrideRecord(
            kind: "suspension", target: "a", value: "", actor: "oncall", reason: "", since: morning, expires: nil)
        #expect(try storeError { _ = try store.record(audit, creating: [override]) }.reason == .diskFull)
        #expect(try store.audit(AuditQuery()).isEmpty)
        #expect(try store.overridesInForce(now: morning).isEmpty)
        try store.execute("PRAGMA max_page_count = 1073741823")
        #expect(try store.record(audit, creating: [override]).number == 1)
    }

    @Test func aReadOnlyDiskIsToldAsSuch() throws {
        try store.execute("PRAGMA query_only = 1")
        #expect(try storeError { _ = try store.write(batch(1)) }.reason == .readOnly)
        try store.execute("PRAGMA query_only = 0")
        try store.write(batch(1))
        try expect(batches: 1, in: store)
    }

    @Test func aStrangersTransactionIsToldAndOutlived() throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let stranger = try DatabaseQueue(path: place.path, configuration: configuration)
        try stranger.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        #expect(try storeError { _ = try store.write(batch(1)) }.reason == .locked)
        try stranger.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try store.write(batch(1))
        try expect(batches: 1, in: store)
    }

    @Test func checkpointsOfABatchThatCouldNotBeWrittenAreDropped() {
        let entry = MeterEntry(at: 1, messages: 1, recipients: 1, bytes: 1)
        var first = batch(1)
        first.checkpoints = [MeterCheckpoint(key: .account(1), entries: [entry])]
        var second = batch(2)
        second.checkpoints = [MeterCheckpoint(key: .account(2), entries: [])]
        first.append(second)
        #expect(first.checkpoints == second.checkpoints)
        #expect(first.increments.count == 2)
        #expect(first.clock == second.clock)
    }

    @Test func aQueueIDThatIsUsedAgainBelongsToItsLastOwner() throws {
        var batch = emptyBatch()
        batch.queueOwners = [
            QueueOwner(queueID: "3F2A1", account: 1, at: morning),
            QueueOwner(queueID: "3F2A1", account: 2, at: morning),
        ]
        try store.write(batch)
        #expect(try owners(store) == ["3F2A1": 2])
    }

    @Test func queueIDsGoAfterAWeekUnlessTheyWereHandedInAgain() throws {
        var batch = emptyBatch()
        batch.queueOwners = ["OLD1", "OLD2", "HELD"].map {
            QueueOwner(queueID: $0, account: 1, at: morning - 7 * day - 1)
        }
        batch.queueOwners.append(QueueOwner(queueID: "HELD", account: 1, at: morning - day))
        try store.write(batch)
        let now = StoredClock(steady: morning, wall: morning)
        #expect(try store.prune(StoreRetention(), now: now, rows: 1).hasMore)
        #expect(try store.prune(StoreRetention(), now: now, rows: 1).queueOwners == 1)
        #expect(try store.prune(StoreRetention(), now: now, rows: 1) == PruneReport())
        #expect(try owners(store) == ["HELD": 1])
    }
}
