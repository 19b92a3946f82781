import Foundation
import GRDB
import Testing

@testable import PolicyStore

/// 2027-01-15T08:00:00Z.
let morning: Int64 = 1_800_000_000_000
let day: Int64 = 86_400_000

/// A directory that goes away with the test, and the path of a store in it.
final class TemporaryStore {
    let directory: URL
    var path: String { directory.appendingPathComponent("sekisho.db").path }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func open(now: Int64 = morning) throws -> PolicyStore { try PolicyStore.open(path: path, now: now) }

    /// What a restart would find if the engine were killed now.
    func copyAsKilled() throws -> TemporaryStore {
        let copy = try TemporaryStore()
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy.path + suffix)
        }
        return copy
    }

    /// The names and contents of all files but the lock.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) where !name.hasSuffix(".lock") {
            contents[name] = try Data(contentsOf: directory.appendingPathComponent(name))
        }
        return contents
    }

    /// Changes the file as no engine would.
    func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}

/// The error that `body` throws.
func storeError(_ body: () throws -> Void) throws -> PolicyStoreError {
    try #require(throws: PolicyStoreError.self) { try body() }
}

extension PolicyStore {
    /// Every meter as a restart would add it up.
    func allMeters() throws -> [MeterKey: [MeterEntry]] {
        var meters: [MeterKey: [MeterEntry]] = [:]
        try loadMeters { key, entries in meters[key, default: []] += entries }
        return meters
    }

    func execute(_ sql: String) throws { try database.writeWithoutTransaction { try $0.execute(sql: sql) } }
}

func emptyBatch(at time: Int64 = morning) -> StoreBatch {
    StoreBatch(clock: StoredClock(steady: time - 5_000, wall: time))
}
