import GRDB
import Testing

@testable import PolicyStore

@Suite struct MeterTests {
    let place: TemporaryStore
    let store: PolicyStore
    let docomo = MeterKey.named(kind: 2, name: "docomo")

    init() throws {
        place = try TemporaryStore()
        store = try place.open()
    }

    private func entry(_ at: Int64, messages: Int32 = 1) -> MeterEntry {
        MeterEntry(at: at, messages: messages, recipients: messages * 2, bytes: 1_000)
    }

    private func write(
        to store: PolicyStore, _ increments: [(MeterKey, MeterEntry)], checkpoints: [MeterKey: [MeterEntry]] = [:]
    ) throws {
        var batch = emptyBatch()
        batch.increments = increments.map { MeterIncrement(key: $0.0, entry: $0.1) }
        batch.checkpoints = checkpoints.map { MeterCheckpoint(key: $0.key, entries: $0.value) }
        try store.write(batch)
    }

    @Test func whatWasCountedIsThereAfterAKill() throws {
        try write(to: store, [(.account(7), entry(1)), (docomo, entry(2)), (.account(7), entry(3))])
        let meters = try place.copyAsKilled().open().allMeters()
        #expect(meters == [.account(7): [entry(1), entry(3)], docomo: [entry(2)]])
    }

    @Test func aCheckpointContainsTheIncrementsOfItsOwnBatch() throws {
        try write(to: store, [(.account(7), entry(1))])
        try write(to: store, [(.account(7), entry(2))], checkpoints: [.account(7): [entry(1), entry(2)]])
        try write(to: store, [(.account(7), entry(3))])
        #expect(try store.allMeters() == [.account(7): [entry(1), entry(2), entry(3)]])
    }

    @Test func theLogIsShortenedOnlyByWhatCheckpointsContain() throws {
        for at in 1...5 { try write(to: store, [(.account(1), entry(Int64(at))), (docomo, entry(Int64(at)))]) }
        #expect(try store.metersDue(keeping: 5, atMost: 10) == [])
        #expect(try store.metersDue(keeping: 3, atMost: 10) == [.account(1), docomo])
        #expect(try rows() == 5)
        let all = (1...5).map { entry(Int64($0)) }
        try write(to: store, [], checkpoints: [.account(1): all])
        #expect(try store.metersDue(keeping: 0, atMost: 10) == [docomo])
        #expect(try rows() == 5)
        try write(to: store, [], checkpoints: [docomo: all])
        #expect(try store.metersDue(keeping: 2, atMost: 10) == [])
        #expect(try rows() == 2)
        #expect(try store.metersDue(keeping: 0, atMost: 10) == [])
        #expect(try rows() == 0)
        #expect(try store.allMeters() == [.account(1): all, docomo: all])
    }

    @Test func anEmptiedLogDoesNotMakeLaterCountsLookOld() throws {
        for _ in 0..<5 { try write(to: store, [(.account(1), entry(1))]) }
        try write(to: store, [], checkpoints: [.account(1): [entry(1, messages: 5)]])
        _ = try store.metersDue(keeping: 0, atMost: 10)
        try store.close()
        let restarted = try place.open()
        try write(to: restarted, [(.account(1), entry(9))])
        #expect(try restarted.allMeters() == [.account(1): [entry(1, messages: 5), entry(9)]])
    }

    @Test func noMoreMetersAreAskedForThanTheLimit() throws {
        try write(to: store, (1...50).map { (.account($0), entry(1)) })
        var asked: [MeterKey] = []
        for _ in 0..<5 {
            let due = try store.metersDue(keeping: 0, atMost: 10)
            #expect(due.count == 10)
            asked += due
            try write(to: store, [], checkpoints: Dictionary(uniqueKeysWithValues: due.map { ($0, [entry(1)]) }))
        }
        #expect(Set(asked).count == 50)
        #expect(try store.metersDue(keeping: 0, atMost: 10) == [])
        #expect(try rows() == 0)
    }

    @Test func aMeterThatIsForgottenLeavesNoRowOnceTheLogIsPastIt() throws {
        try write(to: store, [(docomo, entry(1))])
        try write(to: store, [], checkpoints: [docomo: []])
        let now = StoredClock(steady: morning, wall: morning)
        // Its row still says that the log's entry is not to be counted.
        #expect(try store.prune(StoreRetention(), now: now).namedMeters == 0)
        #expect(try store.allMeters() == [:])
        #expect(try store.metersDue(keeping: 0, atMost: 10) == [])
        #expect(try store.prune(StoreRetention(), now: now).namedMeters == 1)
    }

    @Test func aNamedMeterGoesWhenItsLastEntryIsTooOld() throws {
        let old = MeterKey.named(kind: 1, name: "192.0.2.7")
        try write(
            to: store, [], checkpoints: [old: [entry(morning - 33 * day)], docomo: [entry(morning - 31 * day)]])
        let now = StoredClock(steady: morning, wall: 0)
        #expect(try store.prune(StoreRetention(), now: now).namedMeters == 1)
        #expect(try store.allMeters().keys.elementsEqual([docomo]))
    }

    @Test func aDamagedMeterIsAClearError() throws {
        try write(to: store, [], checkpoints: [.account(4): [entry(1)]])
        try store.execute("UPDATE account_meter SET entries = x'80'")
        let error = try storeError { _ = try store.allMeters() }
        #expect(error.reason == .damaged)
        #expect(error.description.contains("account(4)"))
        try store.execute("DELETE FROM account_meter; INSERT INTO meter_log (at, entries) VALUES (1, x'0002')")
        #expect(try storeError { _ = try store.allMeters() }.reason == .damaged)
    }

    /// Against a model that keeps every entry: at each step the engine is killed and started again on a copy.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func everyCountComesBackOnceWhereverTheEngineIsKilled(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        var model: [MeterKey: [MeterEntry]] = [:]
        var due: [MeterKey] = []
        let keys: [MeterKey] = (1...6).map { .account($0) } + [docomo, .named(kind: 9, name: "")]
        for step in 1...60 {
            var increments: [(MeterKey, MeterEntry)] = []
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let key = keys[Int.random(in: 0..<keys.count, using: &random)]
                increments.append((key, entry(Int64(step), messages: Int32.random(in: 1...9, using: &random))))
            }
            for (key, entry) in increments { model[key, default: []].append(entry) }
            let chosen = due.filter { _ in Bool.random(using: &random) }
            try write(
                to: store, increments,
                checkpoints: Dictionary(uniqueKeysWithValues: chosen.map { ($0, model[$0] ?? []) }))
            #expect(try place.copyAsKilled().open().allMeters() == model)
            due = try store.metersDue(keeping: Int64.random(in: 0...8, using: &random), atMost: 4)
            #expect(try place.copyAsKilled().open().allMeters() == model)
        }
        #expect(try rows() < 60)
    }

    private func rows() throws -> Int {
        try store.database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM meter_log") ?? -1 }
    }
}

/// splitmix64.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
