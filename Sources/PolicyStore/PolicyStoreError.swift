import GRDB

/// What the store could not do: where, what it found, and what to do about it.
package struct PolicyStoreError: Error, Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// The directory is missing, or the file cannot be read or written by this user.
        case inaccessible
        /// Another engine has the store open; its process number where it is known.
        case inUse(process: Int32?)
        /// The file is no SQLite database, or its pages or records contradict one another.
        case damaged
        /// An SQLite database of another program.
        case otherApplication(id: Int32)
        /// Written by a later version of Sekisho.
        case newerSchema(found: Int32, known: Int32)
        /// The database is gone, its write-ahead log is still there.
        case orphanedLog
        case diskFull
        case readOnly
        /// Another process holds SQLite's write lock.
        case locked
        case inputOutput
        /// The override does not exist, or has ended already.
        case notInForce(override: Int64)
        case alreadyUndone(audit: Int64)
        case unknownAudit(number: Int64)
        /// The directory names a login twice.
        case duplicateLogin(String)
        /// What the caller handed in cannot be stored.
        case invalid
        /// Anything else that SQLite says.
        case failed
    }

    package var reason: Reason
    /// The database file.
    package var path: String
    /// What was being done: `write the batch`.
    package var operation: String
    /// What was found, in words.
    package var detail: String

    package init(_ reason: Reason, path: String, operation: String, detail: String) {
        self.reason = reason
        self.path = path
        self.operation = operation
        self.detail = detail
    }

    /// Whether the same write may succeed later without anyone having changed the file: a full disk, a lock.
    package var mayPass: Bool {
        switch reason {
        case .diskFull, .readOnly, .locked, .inputOutput: true
        default: false
        }
    }
}

extension PolicyStoreError: CustomStringConvertible {
    package var description: String {
        "\(path): could not \(operation): \(detail)" + (remedy.map { ". " + $0 } ?? "")
    }

    /// What to do, as a sentence.
    package var remedy: String? {
        switch reason {
        case .inaccessible: "Create the directory, and let the engine's user read and write it and the file"
        case .inUse: "Stop the other engine, or give this one a store of its own"
        case .damaged:
            "The file was left as it is: restore a copy, or move it away to begin with an empty store"
        case .otherApplication: "The file was left as it is: name another file for the store"
        case .newerSchema: "The file was left as it is: run the version of Sekisho that wrote it, or a later one"
        case .orphanedLog: "Restore the database beside its log, or remove the files that end in -wal and -shm"
        case .diskFull: "Free space on the disk; the store can then be written again as it is"
        case .readOnly: "Mount the file system for writing; the store can then be written again as it is"
        case .locked: "End the program that keeps a transaction open on the file"
        case .inputOutput: "Look into the kernel's log for errors of the disk"
        case .notInForce, .alreadyUndone, .unknownAudit, .duplicateLogin, .invalid, .failed: nil
        }
    }
}

extension PolicyStoreError {
    /// An error of SQLite in the words of the store; one of the store's own passes as it is.
    init(_ error: any Error, path: String, operation: String) {
        if let own = error as? PolicyStoreError {
            self = own
        } else if let database = error as? DatabaseError {
            self.init(
                Self.reason(of: database.resultCode), path: path, operation: operation,
                detail: "\(database.message ?? "no message") (SQLite \(database.extendedResultCode.rawValue))")
        } else {
            self.init(.failed, path: path, operation: operation, detail: "\(error)")
        }
    }

    private static func reason(of code: ResultCode) -> Reason {
        switch code {
        case .SQLITE_FULL: .diskFull
        case .SQLITE_READONLY: .readOnly
        case .SQLITE_BUSY, .SQLITE_LOCKED: .locked
        case .SQLITE_IOERR: .inputOutput
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .damaged
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .inaccessible
        default: .failed
        }
    }
}
