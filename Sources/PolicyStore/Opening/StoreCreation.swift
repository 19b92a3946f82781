import Foundation
import GRDB

/// Makes a new database under another name and gives it its own when it is whole, so that a store either does not
/// exist or has its tables, wherever the engine is killed.
struct StoreCreation {
    var path: String
    var steps: [String]
    /// Milliseconds since 1970.
    var now: Int64

    func run() throws(PolicyStoreError) {
        let unfinished = path + ".new"
        do {
            for name in [unfinished, unfinished + "-journal", unfinished + "-wal", unfinished + "-shm"] { unlink(name) }
            try build(at: unfinished)
            try settle(unfinished)
        } catch {
            unlink(unfinished)
            throw PolicyStoreError(error, path: path, operation: "create the store")
        }
    }

    private func build(at unfinished: String) throws {
        // SQLite gives the log and its index the permissions of the database: personal data, not for everyone.
        let descriptor = Foundation.open(unfinished, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw systemError(unfinished) }
        Foundation.close(descriptor)
        let database = try DatabaseQueue(path: unfinished)
        try database.write { database in
            for step in steps { try database.execute(sql: step) }
            try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            try database.execute(sql: "PRAGMA user_version = \(steps.count)")
            try database.execute(
                sql: "INSERT INTO meta (key, value) VALUES ('created', ?)", arguments: [String(now)])
        }
        try database.close()
    }

    private func settle(_ unfinished: String) throws {
        try synchronize(unfinished)
        guard rename(unfinished, path) == 0 else { throw systemError(path) }
        try synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// Waits until the file, or the directory's entries, are on the disk.
    private func synchronize(_ name: String) throws {
        let descriptor = Foundation.open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError(name) }
        defer { Foundation.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw systemError(name) }
    }

    private func systemError(_ name: String) -> PolicyStoreError {
        let number = errno
        return PolicyStoreError(
            number == ENOSPC ? .diskFull : .inaccessible, path: path, operation: "create the store",
            detail: "\(name): \(String(cString: strerror(number)))")
    }
}
