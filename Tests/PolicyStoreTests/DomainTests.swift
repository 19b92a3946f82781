import Testing

@testable import PolicyStore

@Suite struct DomainTests {
    let place: TemporaryStore
    let store: PolicyStore
    let minute: Int64 = 60_000

    init() throws {
        place = try TemporaryStore()
        store = try place.open()
    }

    private func found(_ domain: String, at: Int64, _ count: Int64) -> DomainMinute {
        DomainMinute(domain: domain, at: at, counts: DomainMinute.columns.indices.map { count * Int64($0 + 1) })
    }

    private func source(_ domain: String, _ name: String, _ failed: Int64, at: Int64) -> DomainSource {
        DomainSource(
            domain: domain, source: name, firstSeen: morning, lastSeen: at, passed: 1, failed: failed, unknown: 0)
    }

    private func write(_ minutes: [DomainMinute], _ sources: [DomainSourceChange] = []) throws {
        var batch = emptyBatch()
        batch.domainMinutes = minutes
        batch.domainSources = sources
        try store.write(batch)
    }

    private func minutes(from: Int64) throws -> [DomainMinute] {
        var all: [DomainMinute] = []
        try store.forEachDomainMinute(from: from) { all.append($0) }
        return all
    }

    private func sources(since: Int64) throws -> Set<String> {
        var all: Set<String> = []
        try store.forEachDomainSource(since: since) { all.insert("\($0.domain) \($0.source) \($0.failed)") }
        return all
    }

    @Test func whatIsFoundInOneMinuteAddsUpColumnByColumn() throws {
        try write([found("a.example", at: morning, 1), found("b.example", at: morning, 5)])
        try write([found("a.example", at: morning + 59_999, 2), found("a.example", at: morning + minute, 7)])
        #expect(
            try Set(minutes(from: morning).filter { $0.at == morning }.map { "\($0.domain) \($0.counts)" }) == [
                "a.example \(found("", at: 0, 3).counts)", "b.example \(found("", at: 0, 5).counts)",
            ])
        #expect(try minutes(from: morning + minute) == [found("a.example", at: morning + minute, 7)])
    }

    @Test func aSourceIsAsItWasToldLastUnlessAnotherTookItsPlace() throws {
        try write(
            [],
            [
                .counted(source("a.example", "192.0.2.1", 1, at: morning)),
                .counted(source("a.example", "192.0.2.2", 2, at: morning)),
                .counted(source("b.example", "192.0.2.1", 3, at: morning)),
                .counted(source("b.example", "", 4, at: morning)),
            ])
        try write(
            [],
            [
                .displaced(domain: "a.example", source: "192.0.2.2"),
                .counted(source("a.example", "192.0.2.1", 9, at: morning + 1)),
            ])
        #expect(
            try sources(since: 0) == ["a.example 192.0.2.1 9", "b.example 192.0.2.1 3", "b.example  4"])
        #expect(try sources(since: morning) == ["a.example 192.0.2.1 9"])
    }

    @Test func whatIsTooOldIsRemoved() throws {
        try write(
            [found("a.example", at: morning - 8 * day, 1), found("a.example", at: morning, 1)],
            [
                .counted(source("a.example", "192.0.2.1", 1, at: morning - 2 * day)),
                .counted(source("a.example", "192.0.2.2", 2, at: morning)),
            ])
        while try store.prune(StoreRetention(), now: StoredClock(steady: 0, wall: morning)).hasMore {}
        #expect(try minutes(from: 0).map(\.at) == [morning])
        #expect(try sources(since: 0) == ["a.example 192.0.2.2 2"])
    }
}
