import Foundation
import GRDB

/// Looks at a database before anything is allowed to change it.
///
/// Nothing is written: a file without a log is opened immutable, and one with a log (its engine was killed) read-only,
/// because only then SQLite sees what the log holds.
struct StoreInspection {
    enum Finding: Equatable {
        case absent
        /// An undamaged store of this schema version.
        case present(version: Int32)
    }

    /// A file up to this size is checked page by page and record by record; above, every table is walked.
    var thoroughBytes = 64 << 20
    var path: String
    var known: Int32

    init(path: String, known: Int32) {
        self.path = path
        self.known = known
    }

    func run() throws(PolicyStoreError) -> Finding {
        let logBytes = Self.size(of: path + "-wal") ?? 0
        guard let bytes = Self.size(of: path), bytes > 0 else {
            guard logBytes == 0 else {
                throw error(.orphanedLog, "there is no database, but there is \(path)-wal with \(logBytes) bytes")
            }
            return .absent
        }
        let header = try readHeader()
        try accept(application: header.applicationID, version: header.userVersion)
        if logBytes == 0, let pages = header.pageCount, bytes < pages * header.pageSize {
            throw error(.damaged, "it is cut off: \(bytes) bytes of \(pages * header.pageSize)")
        }
        return try readTables(immutable: logBytes == 0, thorough: bytes <= thoroughBytes)
    }

    static func size(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    private func readHeader() throws(PolicyStoreError) -> DatabaseHeader {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(.inaccessible, String(cString: strerror(errno))) }
        defer { Foundation.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: DatabaseHeader.length)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw error(.inaccessible, String(cString: strerror(errno))) }
        guard let header = DatabaseHeader(Array(bytes.prefix(count))) else {
            throw error(.damaged, "it does not begin like an SQLite database")
        }
        return header
    }

    private func accept(application: Int32, version: Int32) throws(PolicyStoreError) {
        guard application == Schema.applicationID else {
            throw error(
                .otherApplication(id: application),
                "it is an SQLite database of another program (application_id \(application))")
        }
        guard version <= known else {
            throw error(
                .newerSchema(found: version, known: known),
                "it has schema version \(version), and this engine knows up to \(known)")
        }
        guard version >= 1 else { throw error(.damaged, "it has schema version \(version)") }
    }

    private func readTables(immutable: Bool, thorough: Bool) throws(PolicyStoreError) -> Finding {
        let sharedMemory = path + "-shm"
        let hadSharedMemory = Self.size(of: sharedMemory) != nil
        do {
            let database = try openReadOnly(immutable: immutable)
            defer { try? database.close() }
            return try database.read { .present(version: try check($0, thorough: thorough)) }
        } catch {
            // Made by SQLite to read the log; it holds nothing that the log does not.
            if !hadSharedMemory { unlink(sharedMemory) }
            throw PolicyStoreError(error, path: path, operation: Self.operation)
        }
    }

    private func openReadOnly(immutable: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(2)
        guard immutable else { return try DatabaseQueue(path: path, configuration: configuration) }
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return try DatabaseQueue(path: "file:\(escaped)?immutable=1", configuration: configuration)
    }

    private func check(_ database: Database, thorough: Bool) throws -> Int32 {
        let version = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        // Once more: the log may hold a later header than the file.
        try accept(
            application: Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0, version: version)
        let present = try Set(String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'"))
        if version == known, let missing = Schema.tables.first(where: { !present.contains($0) }) {
            throw error(.damaged, "the table \(missing) is missing")
        }
        if thorough {
            try checkEveryRecord(database)
        } else {
            try walk(database, tables: present)
        }
        return version
    }

    private func checkEveryRecord(_ database: Database) throws {
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(3)")
        guard findings != ["ok"] else { return }
        // A finding may be several lines, the first of which names the database among those that are attached.
        let lines = findings.flatMap { $0.split(separator: "\n") }.filter { !$0.hasPrefix("*** in database") }
        throw error(.damaged, lines.joined(separator: "; "))
    }

    /// Reads every page of every table and index, though not every record on it.
    private func walk(_ database: Database, tables: Set<String>) throws {
        for table in tables.sorted() {
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM \"\(table)\" NOT INDEXED")
        }
        let indexes = try Row.fetchAll(
            database, sql: "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND rootpage > 0")
        for index in indexes {
            let name: String = index[0]
            let table: String = index[1]
            let definition: String? = index[2]
            // SQLite counts by a partial index only where the query has its condition.
            let condition = definition.flatMap { text in
                text.range(of: " WHERE ").map { String(text[$0.lowerBound...]) }
            }
            // For count(*), SQLite would choose an index by itself.
            _ = try Double.fetchOne(
                database, sql: "SELECT total(1) FROM \"\(table)\" INDEXED BY \"\(name)\" \(condition ?? "")")
        }
    }

    private static let operation = "open the store"

    private func error(_ reason: PolicyStoreError.Reason, _ detail: String) -> PolicyStoreError {
        PolicyStoreError(reason, path: path, operation: Self.operation, detail: detail)
    }
}
