import GRDB

extension PolicyStore {
    /// The highest account number, to reserve memory by; 0 in an empty store.
    package func highestAccount() throws(PolicyStoreError) -> Int64 {
        try read("count the accounts") { try Int64.fetchOne($0, sql: "SELECT max(id) FROM account") ?? 0 }
    }

    /// Hands out every account, gone ones too, in the order of their numbers.
    package func loadAccounts(_ each: (borrowing StoredAccount) -> Void) throws(PolicyStoreError) {
        try read("load the accounts") { database in
            try database.forEachRow(StoredAccount.query) { each(StoredAccount(columns: $0)) }
        }
    }

    /// Remembers accounts that no directory names, and gives their numbers in the same order; one that is known
    /// already keeps its number and what is known of it.
    package func insertSeen(_ accounts: [SeenAccount]) throws(PolicyStoreError) -> [Int64] {
        try write("remember new accounts") { database in
            try accounts.map { account in
                let login = foldedLogin(account.login)
                try database.run(
                    """
                    INSERT INTO account (login, in_directory, first_seen) VALUES (?, 0, ?)
                    ON CONFLICT (login) DO UPDATE SET first_seen = coalesce(first_seen, excluded.first_seen)
                    """, [login, account.firstSeen])
                return try Int64.fetchOne(
                    database.cachedStatement(sql: "SELECT id FROM account WHERE login = ?"), arguments: [login]) ?? 0
            }
        }
    }

    /// The stamp that the last import left; `nil` before the first.
    package func directoryStamp() throws(PolicyStoreError) -> DirectoryStamp? {
        try read("read the directory's stamp") { database in
            guard let digest = try Meta.value("directory.digest", in: database),
                let bytes = try Meta.value("directory.bytes", in: database).flatMap(Int64.init),
                let modified = try Meta.value("directory.modified", in: database).flatMap(Int64.init)
            else { return nil }
            return DirectoryStamp(digest: digest, bytes: bytes, modified: modified)
        }
    }

    /// Makes the directory what `rows` say, in one transaction: all of it, or nothing.
    ///
    /// Rows that are the same as before are not written again. An account that `rows` does not name is marked as gone.
    /// Batches and operators' actions of other threads wait only for the differences to be written, not for the
    /// comparison, which takes about 3 s for a million rows.
    /// - parameter now: milliseconds since 1970.
    /// - throws: ``PolicyStoreError/Reason/duplicateLogin(_:)`` where two rows name one login.
    package func replaceDirectory(
        rows: some Sequence<DirectoryRow>, stamp: DirectoryStamp, now: Int64
    ) throws(PolicyStoreError) -> DirectoryCounts {
        do {
            return try importing.withLock { _ in
                let (changes, gone, counts) = try compareDirectory(rows)
                try write("import the directory") { database in
                    var writer = try DirectoryWriter(database: database, store: self)
                    for change in changes { try writer.write(change) }
                    for account in gone { try writer.markGone(account, now: now) }
                    try Meta.set("directory.digest", stamp.digest, in: database)
                    try Meta.set("directory.bytes", String(stamp.bytes), in: database)
                    try Meta.set("directory.modified", String(stamp.modified), in: database)
                }
                return counts
            }
        } catch {
            throw PolicyStoreError(error, path: path, operation: "import the directory")
        }
    }

    /// On a connection of its own.
    private func compareDirectory(
        _ rows: some Sequence<DirectoryRow>
    ) throws -> (changes: [DirectoryChange], gone: [Int64], counts: DirectoryCounts) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "sekisho.store.import"
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -16000") }
        let reader = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? reader.close() }
        return try reader.read { database in
            var comparison = try DirectoryComparison(database: database, store: self)
            for row in rows { try comparison.take(row) }
            let gone = try comparison.gone(database)
            return (comparison.changes, gone, comparison.counts)
        }
    }
}
