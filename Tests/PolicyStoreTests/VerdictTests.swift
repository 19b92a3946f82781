import GRDB
import Testing

@testable import PolicyStore

func exampleVerdict(
    number: Int64, at: Int64 = morning, account: String? = "sato@isp.example", source: String = "192.0.2.7",
    queueID: String? = nil, instance: String? = "1a2b.5f3.0"
) -> VerdictRecord {
    VerdictRecord(
        number: number, at: at, gate: "submission", state: "RCPT", outcome: "deferred",
        reply: "450 4.7.1 10 messages per day are sent; free again at 18:00", rule: "plan-limit",
        limitText: "10 messages per day", limitOf: "plan new", count: 10, quantity: 10, freeAgain: at + 3_600_000,
        overrideID: 3, waitedMilliseconds: 12, account: account, source: source, sender: "sato@isp.example",
        recipient: "鈴木@例え.example", queueID: queueID, instance: instance)
}

@Suite struct VerdictTests {
    let place: TemporaryStore
    let store: PolicyStore

    init() throws {
        place = try TemporaryStore()
        store = try place.open()
    }

    private func write(_ verdicts: [VerdictRecord]) throws {
        var batch = emptyBatch()
        batch.verdicts = verdicts
        try store.write(batch)
    }

    @Test func aVerdictComesBackWithEveryField() throws {
        let full = exampleVerdict(number: 5, queueID: "4bXyz1")
        let bare = VerdictRecord(
            number: 6, at: morning, gate: "mx", state: "CONNECT", outcome: "refused", reply: "554 5.7.1 blocked",
            rule: "block", source: "2001:db8::1", sender: "", recipient: "")
        try write([full, bare])
        #expect(try store.verdicts(of: nil, limit: 10) == [bare, full])
        #expect(try store.newestVerdict() == 6)
    }

    @Test func verdictsAreFoundByAccountSourceQueueIDAndInstanceNewestFirst() throws {
        try write([
            exampleVerdict(number: 1),
            exampleVerdict(number: 2, account: "suzuki@isp.example", source: "2001:db8::1"),
            exampleVerdict(number: 3, queueID: "4bXyz1"),
            exampleVerdict(number: 4, account: nil, instance: "ffff.1.0"),
        ])
        func numbers(_ key: VerdictKey) throws -> [Int64] { try store.verdicts(of: key, limit: 10).map(\.number) }
        #expect(try numbers(.account("sato@isp.example")) == [3, 1])
        #expect(try numbers(.source("192.0.2.7")) == [4, 3, 1])
        #expect(try numbers(.queueID("4bXyz1")) == [3])
        #expect(try numbers(.instance("1a2b.5f3.0")) == [3, 2, 1])
        #expect(try numbers(.account("nobody' OR 1=1 --")) == [])
    }

    @Test func pagesJoinWithoutGapOrOverlap() throws {
        try write((1...25).map { exampleVerdict(number: $0) })
        var found: [Int64] = []
        while true {
            let page = try store.verdicts(of: .source("192.0.2.7"), before: found.last, limit: 10)
            if page.isEmpty { break }
            found += page.map(\.number)
        }
        #expect(found == Array((1...25).reversed()))
    }

    @Test func theLookUpsUseTheirIndexes() throws {
        for key in [VerdictKey.account("a"), .source("a"), .queueID("a"), .instance("a")] {
            let plan = try store.database.read { database in
                try Row.fetchAll(
                    database, sql: "EXPLAIN QUERY PLAN SELECT * FROM verdict WHERE \(key.column) = ? ORDER BY id DESC",
                    arguments: [key.value]
                ).map { $0["detail"] as String }
            }
            #expect(plan == ["SEARCH verdict USING INDEX verdict_\(key.column) (\(key.column)=?)"])
        }
    }

    @Test func verdictsOfMoreThanADayAgoGoInSlicesAndYoungerOnesStay() throws {
        try write((1...50).map { exampleVerdict(number: $0, at: morning - day - 1) })
        try write((51...60).map { exampleVerdict(number: $0, at: morning - day) })
        let now = StoredClock(steady: morning, wall: morning)
        let first = try store.prune(StoreRetention(), now: now, rows: 20)
        #expect(first.verdicts == 20)
        #expect(first.hasMore)
        #expect(try store.prune(StoreRetention(), now: now, rows: 20).verdicts == 20)
        #expect(try store.prune(StoreRetention(), now: now, rows: 20).verdicts == 10)
        #expect(try store.prune(StoreRetention(), now: now, rows: 20) == PruneReport())
        #expect(try store.verdicts(of: nil, limit: 100).map(\.number) == Array((51...60).reversed()))
    }

    @Test func beyondTheirNumberTheOldestVerdictsGo() throws {
        try write((1...100).map { exampleVerdict(number: $0 * 3) })
        let report = try store.prune(
            StoreRetention(verdictRows: 30), now: StoredClock(steady: morning, wall: morning), rows: 1_000)
        #expect(report.verdicts == 70)
        #expect(try store.verdicts(of: nil, limit: 100).map(\.number) == (71...100).reversed().map { $0 * 3 })
    }
}
