import Foundation
import GRDB
import Testing

@testable import PolicyStore

@Suite struct OpeningTests {
    let place: TemporaryStore

    init() throws { place = try TemporaryStore() }

    @Test func aNewStoreIsMarkedAsOursAndNotForEveryone() throws {
        try place.open().close()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: place.path))
        let header = try #require(DatabaseHeader([UInt8](bytes.prefix(100))))
        #expect(header.applicationID == 0x5365_6B69)
        #expect(header.userVersion == Int32(Schema.steps.count))
        let permissions = try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? Int
        #expect(try #require(permissions) & 0o007 == 0)
        #expect(try Set(place.contents().keys) == ["sekisho.db"])
    }

    @Test func everyTableOfTheListExists() throws {
        let store = try place.open()
        let tables = try store.database.read {
            try String.fetchSet(
                $0, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        }
        #expect(tables == Set(Schema.tables))
    }

    @Test func whatWasWrittenIsThereAfterOpeningAgain() throws {
        let store = try place.open()
        try store.setMeta("greeting", to: "関所")
        try store.close()
        #expect(try place.open().meta("greeting") == "関所")
    }

    @Test(arguments: ["", "x", "login,plan\nsato@isp.example,regular\n", String(repeating: "SQLite", count: 9_000)])
    func aFileOfAnotherKindIsRefusedAndLeftAsItIs(text: String) throws {
        // An empty file is what `touch` leaves; it becomes a store.
        try Data(text.utf8).write(to: URL(fileURLWithPath: place.path))
        guard !text.isEmpty else { return try place.open().close() }
        let before = try place.contents()
        #expect(try storeError { _ = try place.open() }.reason == .damaged)
        #expect(try place.contents() == before)
    }

    @Test func anotherProgramsDatabaseIsRefusedAndLeftAsItIs() throws {
        try place.tamper("CREATE TABLE diary (text TEXT); PRAGMA application_id = 77")
        let before = try place.contents()
        #expect(try storeError { _ = try place.open() }.reason == .otherApplication(id: 77))
        #expect(try place.contents() == before)
    }

    @Test func aNewerSchemaIsRefusedAndLeftAsItIs() throws {
        try place.open().close()
        try place.tamper("PRAGMA user_version = 9")
        let before = try place.contents()
        let error = try storeError { _ = try place.open() }
        #expect(error.reason == .newerSchema(found: 9, known: Int32(Schema.steps.count)))
        #expect(error.description.contains("schema version 9"))
        #expect(try place.contents() == before)
    }

    @Test func aNewerSchemaThatOnlyTheLogKnowsIsRefusedAndLeftAsItIs() throws {
        let store = try place.open()
        try store.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA user_version = 9")
        let killed = try place.copyAsKilled()
        let before = try killed.contents()
        #expect(before["sekisho.db-wal"]?.isEmpty == false)
        let error = try storeError { _ = try killed.open() }
        #expect(error.reason == .newerSchema(found: 9, known: Int32(Schema.steps.count)))
        #expect(try killed.contents() == before)
    }

    @Test func anOlderSchemaIsBroughtUpToDateWithItsRows() throws {
        try place.open().setMeta("kept", to: "yes")
        let later = Schema.steps + ["ALTER TABLE meta ADD COLUMN since INTEGER; UPDATE meta SET since = 5"]
        let store = try PolicyStore.open(path: place.path, now: morning, steps: later)
        #expect(try store.meta("kept") == "yes")
        #expect(try store.database.read { try Int.fetchOne($0, sql: "SELECT since FROM meta WHERE key = 'kept'") } == 5)
        try store.close()
        #expect(
            try storeError { _ = try place.open() }.reason
                == .newerSchema(found: Int32(later.count), known: Int32(Schema.steps.count)))
    }

    @Test func aStepThatFailsChangesNothing() throws {
        try place.open().setMeta("kept", to: "yes")
        let broken = Schema.steps + ["DROP TABLE meta; CREATE TABLE account (id INTEGER)"]
        #expect(throws: PolicyStoreError.self) {
            try PolicyStore.open(path: place.path, now: morning, steps: broken).close()
        }
        #expect(try place.open().meta("kept") == "yes")
    }

    @Test func aCutOffFileIsRefusedAndLeftAsItIs() throws {
        try filled().close()
        let size = try #require(StoreInspection.size(of: place.path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: place.path))
        try file.truncate(atOffset: UInt64(size / 2))
        try file.close()
        let before = try place.contents()
        let error = try storeError { _ = try place.open() }
        #expect(error.reason == .damaged)
        #expect(error.description.contains("cut off"))
        #expect(try place.contents() == before)
    }

    @Test(arguments: [0, 1 << 30])
    func aDestroyedPageAnywhereIsRefusedAndLeftAsItIs(thoroughBytes: Int) throws {
        try filled().close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: place.path))
        let free = try freePages()
        for page in 1..<whole.count / 4_096 where !free.contains(page + 1) {
            var bytes = whole
            bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: [UInt8](repeating: 0xA5, count: 4_096))
            try bytes.write(to: URL(fileURLWithPath: place.path))
            var inspection = StoreInspection(path: place.path, known: Int32(Schema.steps.count))
            inspection.thoroughBytes = thoroughBytes
            let error = #expect(throws: PolicyStoreError.self, "page \(page + 1)") { try inspection.run() }
            #expect(error?.reason == .damaged)
            #expect(try place.contents() == ["sekisho.db": bytes])
        }
    }

    @Test func aMissingTableIsDamage() throws {
        try place.open().close()
        try place.tamper("DROP TABLE queue_owner")
        let error = try storeError { _ = try place.open() }
        #expect(error.reason == .damaged)
        #expect(error.detail.contains("queue_owner"))
    }

    @Test func aLogWithoutItsDatabaseIsNotPlayedIntoANewOne() throws {
        let store = try place.open()
        try store.setMeta("a", to: "b")
        let killed = try place.copyAsKilled()
        try FileManager.default.removeItem(atPath: killed.path)
        let before = try killed.contents()
        #expect(try storeError { _ = try killed.open() }.reason == .orphanedLog)
        #expect(try killed.contents() == before)
    }

    @Test func aMissingDirectoryAndADirectoryInPlaceOfTheFileAreClearErrors() throws {
        let missing = place.directory.appendingPathComponent("no/such/sekisho.db").path
        let error = try storeError { _ = try PolicyStore.open(path: missing, now: morning) }
        #expect(error.reason == .inaccessible)
        #expect(error.description.contains("no/such"))
        let folder = place.directory.appendingPathComponent("folder")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        #expect(try storeError { _ = try PolicyStore.open(path: folder.path, now: morning) }.reason != .failed)
    }

    @Test func aSecondEngineIsToldWhoHasTheStore() throws {
        let first = try place.open()
        let error = try storeError { _ = try place.open() }
        #expect(error.reason == .inUse(process: getpid()))
        try first.setMeta("still", to: "writes")
        try first.close()
        #expect(try place.open().meta("still") == "writes")
    }

    @Test func aStoreInAPathWithSpacesPercentAndQuestionMarkOpensTwice() throws {
        let path = place.directory.appendingPathComponent("a store?mode=ro%20&#関所.db").path
        let store = try PolicyStore.open(path: path, now: morning)
        try store.setMeta("a", to: "b")
        try store.close()
        #expect(try PolicyStore.open(path: path, now: morning).meta("a") == "b")
    }

    @Test func othersCanReadWhileTheEngineWrites() throws {
        let store = try place.open()
        try store.setMeta("seen", to: "from outside")
        var configuration = Configuration()
        configuration.readonly = true
        let reader = try DatabaseQueue(path: place.path, configuration: configuration)
        try reader.read { database in
            try store.setMeta("seen", to: "later")
            #expect(try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'seen'") == "later")
        }
    }

    /// A store with rows in every table, over several pages each.
    private func filled() throws -> PolicyStore {
        let store = try place.open()
        let rows = (0..<600).map { DirectoryRow(login: "user\($0)@isp.example", signedUp: morning) }
        _ = try store.replaceDirectory(
            rows: rows, stamp: DirectoryStamp(digest: "", bytes: 0, modified: 0), now: morning)
        var batch = emptyBatch()
        batch.checkpoints = (1...600).flatMap { (number: Int64) in
            let entries = (0..<4).map { MeterEntry(at: morning + Int64($0), messages: 1, recipients: 1, bytes: 1) }
            return [MeterKey.account(number), .named(kind: 1, name: "source \(number)")].map {
                MeterCheckpoint(key: $0, entries: entries)
            }
        }
        batch.verdicts = (1...400).map { exampleVerdict(number: $0) }
        batch.queueOwners = (1...400).map { QueueOwner(queueID: "4bXyz\($0)", account: $0, at: morning) }
        batch.history = (1...400).map { HistoryIncrement(series: "series \($0)", at: morning, value: 1) }
        try store.write(batch)
        return store
    }

    private func freePages() throws -> Set<Int> {
        let queue = try DatabaseQueue(path: place.path)
        let used = try queue.read { try Int.fetchSet($0, sql: "SELECT pageno FROM dbstat") }
        try queue.close()
        let count = try #require(StoreInspection.size(of: place.path)) / 4_096
        return Set(1...count).subtracting(used)
    }
}
