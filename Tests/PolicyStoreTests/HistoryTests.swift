import Testing

@testable import PolicyStore

@Suite struct HistoryTests {
    let place: TemporaryStore
    let store: PolicyStore
    let minute: Int64 = 60_000

    init() throws {
        place = try TemporaryStore()
        store = try place.open()
    }

    private func write(_ increments: [(String, Int64, Int64)]) throws {
        var batch = emptyBatch()
        batch.history = increments.map { HistoryIncrement(series: $0.0, at: $0.1, value: $0.2) }
        try store.write(batch)
    }

    @Test func aMinuteWithoutMailIsToldApartFromAMinuteWithoutEngine() throws {
        try write([("uptime", morning, 1), ("verdict/accepted", morning + 59_999, 4)])
        try write([("uptime", morning + minute, 1), ("uptime", morning + 3 * minute, 1)])
        let table = try store.history(
            of: ["verdict/accepted", "verdict/refused"], from: morning + 30_000, to: morning + 4 * minute)
        #expect(table.start == morning)
        #expect(table.values == ["verdict/accepted": [4, 0, nil, 0], "verdict/refused": [0, 0, nil, 0]])
    }

    @Test func valuesOfOneMinuteAddUp() throws {
        try write([("carrier/docomo/passed", morning, 3), ("carrier/docomo/passed", morning + 1, 4)])
        try write([("carrier/docomo/passed", morning + 59_000, 5), ("carrier/docomo/passed", morning + minute, 100)])
        let table = try store.history(of: ["carrier/docomo/passed"], from: morning, to: morning)
        #expect(table.values == ["carrier/docomo/passed": [12]])
    }

    @Test func aWeekIsReadMinuteByMinute() throws {
        try write((0..<7).map { ("a", morning + $0 * day, $0 + 1) })
        let table = try store.history(of: ["a"], from: morning, to: morning + 7 * day)
        let values = try #require(table.values["a"])
        #expect(values.count == 7 * 1_440)
        #expect(values.enumerated().filter { $1 != nil }.map(\.offset) == (0..<7).map { $0 * 1_440 })
        #expect(values.compactMap { $0 } == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test func tooMuchAtOnceIsAClearError() throws {
        #expect(try storeError { _ = try store.history(of: ["a"], from: 0, to: morning) }.reason == .invalid)
    }

    @Test func minutesOlderThanAWeekGoInSlicesWithTheirNames() throws {
        try write((0..<30).map { ("old", morning - 8 * day + $0 * minute, 1) })
        try write([("old", morning - 7 * day, 1), ("forgotten", morning - 30 * day, 1)])
        let now = StoredClock(steady: 0, wall: morning)
        var removed = 0
        var slices = 0
        while true {
            let report = try store.prune(StoreRetention(), now: now)
            removed += report.history
            guard report.hasMore else { break }
            #expect(report.history <= 10)
            slices += 1
        }
        #expect(removed == 31)
        #expect(slices >= 4)
        #expect(
            try store.history(of: ["old"], from: morning - 7 * day, to: morning - 7 * day).values == ["old": [1]])
    }

    @Test(arguments: [(0, 0), (59_999, 0), (60_000, 1), (-1, -1), (-60_000, -1), (-60_001, -2)] as [(Int64, Int64)])
    func minutesAreCountedDownwardsBefore1970(time: Int64, minute: Int64) {
        #expect(PolicyStore.minute(of: time) == minute)
    }
}
