import GRDB

/// Compares a directory with the table row by row, and writes only the differences.
struct DirectoryMerge {
    let database: Database
    let store: PolicyStore
    private(set) var counts = DirectoryCounts()
    /// By account number: whether this directory names it.
    private var named: [Bool] = []

    init(database: Database, store: PolicyStore) {
        self.database = database
        self.store = store
    }

    mutating func take(_ row: DirectoryRow) throws {
        let login = foldedLogin(row.login)
        let addresses = try joined(row)
        var known: (id: Int64, isSame: Bool, wasNamed: Bool)?
        try database.forEachRow(
            "SELECT id, plan, signed_up, addresses, name, in_directory FROM account WHERE login = ?", [login]
        ) { columns in
            let isSame =
                columns.optionalString(1) == row.plan && columns.optionalInteger(2) == row.signedUp
                && columns.string(3) == addresses && columns.optionalString(4) == row.name && columns.integer(5) != 0
            known = (columns.integer(0), isSame, columns.integer(5) != 0)
        }
        guard let known else { return try insert(row, login: login, addresses: addresses) }
        try mark(known.id, login: login)
        if known.isSame {
            counts.unchanged += 1
        } else {
            try update(known.id, row, addresses: addresses)
            // One that comes back, or that was only seen, is new to the directory.
            if known.wasNamed { counts.changed += 1 } else { counts.added += 1 }
        }
    }

    mutating func markGone(now: Int64) throws {
        var gone: [Int64] = []
        try database.forEachRow("SELECT id FROM account WHERE in_directory") { columns in
            let id = columns.integer(0)
            if !(named.indices.contains(Int(id)) && named[Int(id)]) { gone.append(id) }
        }
        for id in gone {
            try database.run("UPDATE account SET in_directory = 0, gone_since = ? WHERE id = ?", [now, id])
        }
        counts.removed = gone.count
    }

    private mutating func insert(_ row: DirectoryRow, login: String, addresses: String) throws {
        try database.run(
            """
            INSERT INTO account (login, plan, signed_up, addresses, name, in_directory) VALUES (?, ?, ?, ?, ?, 1)
            """, [login, row.plan, row.signedUp, addresses, row.name])
        try mark(database.lastInsertedRowID, login: login)
        counts.added += 1
    }

    private func update(_ id: Int64, _ row: DirectoryRow, addresses: String) throws {
        try database.run(
            """
            UPDATE account SET plan = ?, signed_up = ?, addresses = ?, name = ?, in_directory = 1, gone_since = NULL
            WHERE id = ?
            """, [row.plan, row.signedUp, addresses, row.name, id])
    }

    private mutating func mark(_ id: Int64, login: String) throws {
        let index = Int(id)
        if index >= named.count {
            named.append(contentsOf: repeatElement(false, count: max(index + 1 - named.count, named.count)))
        }
        guard !named[index] else {
            throw store.error(.duplicateLogin(login), "import the directory", "\(login) is named twice")
        }
        named[index] = true
    }

    private func joined(_ row: DirectoryRow) throws -> String {
        guard !row.addresses.contains(where: { $0.utf8.contains(0x0A) }) else {
            throw store.error(.invalid, "import the directory", "an address of \(row.login) has a line feed in it")
        }
        return row.addresses.joined(separator: "\n")
    }
}
