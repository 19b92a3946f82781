import Foundation
import GRDB
import Synchronization

/// The engine's memory on disk: accounts, meters, overrides and their audit log, verdicts, history.
///
/// Every call blocks until it is done, and a call that writes returns only when what it wrote survives the loss of
/// power (`synchronous = FULL`). Calls are serialized, from whatever thread they come. A call that throws has changed
/// nothing, and the store can be used on: when the disk has room again, the next write works. Closures that the store
/// calls (`load…`) must not call the store.
///
/// ```swift
/// let store = try PolicyStore.open(path: "/var/lib/sekisho/sekisho.db", now: wall)
/// try store.loadAccounts { account in … }
/// let receipt = try store.record(entry, creating: [override])
/// ```
package final class PolicyStore: Sendable {
    package let path: String
    let database: DatabaseQueue
    private let lock: StoreLock
    /// One import at a time, since it compares before it writes.
    let importing = Mutex<Void>(())

    private init(path: String, database: DatabaseQueue, lock: StoreLock) {
        self.path = path
        self.database = database
        self.lock = lock
    }

    deinit {
        // Before the lock goes, so that no other engine meets a half-closed log.
        try? database.close()
    }

    /// Opens the store, and creates it where there is none.
    ///
    /// - parameter now: milliseconds since 1970.
    /// - throws: where the file is damaged, of another program, or of a later schema, it is left byte for byte as it is.
    package static func open(path: String, now: Int64) throws(PolicyStoreError) -> PolicyStore {
        try open(path: path, now: now, steps: Schema.steps)
    }

    static func open(path: String, now: Int64, steps: [String]) throws(PolicyStoreError) -> PolicyStore {
        let path = URL(fileURLWithPath: path).standardizedFileURL.path
        try requireAccess(path)
        let lock = try StoreLock(databasePath: path)
        if try StoreInspection(path: path, known: Int32(steps.count)).run() == .absent {
            try StoreCreation(path: path, steps: steps, now: now).run()
        }
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration())
            let store = PolicyStore(path: path, database: database, lock: lock)
            try store.write("bring the schema up to date") { try bringUpToDate($0, steps: steps) }
            return store
        } catch {
            throw PolicyStoreError(error, path: path, operation: "open the store")
        }
    }

    /// Everything is on the disk already; this puts the log back into the file and lets the next engine in.
    package func close() throws(PolicyStoreError) {
        do { try database.close() } catch { throw PolicyStoreError(error, path: path, operation: "close the store") }
        lock.release()
    }

    private static func requireAccess(_ path: String) throws(PolicyStoreError) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        func require(_ name: String, _ mode: Int32) throws(PolicyStoreError) {
            guard access(name, mode) != 0 else { return }
            throw PolicyStoreError(
                .inaccessible, path: path, operation: "open the store",
                detail: "\(name): \(String(cString: strerror(errno)))")
        }
        try require(directory, F_OK)
        try require(directory, R_OK | W_OK | X_OK)
        if access(path, F_OK) == 0 { try require(path, R_OK | W_OK) }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "sekisho.store"
        // GRDB would end the process over a transaction that could not be ended; `write` ends it next time.
        configuration.allowsUnsafeTransactions = true
        // Nobody else writes; a person with sqlite3 might, for a moment.
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL;
                    PRAGMA synchronous = FULL;
                    PRAGMA journal_size_limit = 67108864;
                    PRAGMA cache_size = -16000;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA secure_delete = OFF;
                    """)
        }
        return configuration
    }

    private static func bringUpToDate(_ database: Database, steps: [String]) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version < steps.count else { return }
        for step in steps[version...] { try database.execute(sql: step) }
        try database.execute(sql: "PRAGMA user_version = \(steps.count)")
    }

    /// One transaction: all of `body`, or nothing.
    func write<T>(_ operation: String, _ body: (Database) throws -> T) throws(PolicyStoreError) -> T {
        do {
            return try database.writeWithoutTransaction { database in
                // Left open where the disk failed so that not even the end of a transaction could be written.
                if database.isInsideTransaction { try database.rollback() }
                var result: T?
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    return .commit
                }
                guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
                return result
            }
        } catch {
            throw PolicyStoreError(error, path: path, operation: operation)
        }
    }

    func read<T>(_ operation: String, _ body: (Database) throws -> T) throws(PolicyStoreError) -> T {
        do { return try database.read(body) } catch {
            throw PolicyStoreError(error, path: path, operation: operation)
        }
    }

    func error(
        _ reason: PolicyStoreError.Reason, _ operation: String, _ detail: String
    ) -> PolicyStoreError {
        PolicyStoreError(reason, path: path, operation: operation, detail: detail)
    }
}
