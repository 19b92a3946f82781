import GRDB

/// What a new directory changes, found without writing anything.
struct DirectoryComparison {
    private let store: PolicyStore
    private let find: PreparedStatement
    private(set) var counts = DirectoryCounts()
    /// Rows that are new or different.
    private(set) var changes: [DirectoryChange] = []
    /// By account number: whether this directory names it.
    private var named = NumberSet()

    init(database: Database, store: PolicyStore) throws {
        self.store = store
        find = try PreparedStatement(
            "SELECT id, plan, signed_up, addresses, name, in_directory FROM account WHERE login = ?", in: database)
    }

    mutating func take(_ row: DirectoryRow) throws {
        let change = DirectoryChange(row: row, login: foldedLogin(row.login), addresses: try joined(row))
        try find.bind(change.login, at: 1)
        let known = try find.firstRow { columns in
            let wasNamed = columns.integer(5) != 0
            let isSame =
                wasNamed && columns.holds(row.plan, 1) && columns.integer(2) == row.signedUp
                && columns.holds(change.addresses, 3) && columns.holds(row.name, 4)
            return (id: columns.integer(0), isSame: isSame, wasNamed: wasNamed)
        }
        if let known, !named.insert(known.id) { throw store.namedTwice(change.login) }
        guard known?.isSame != true else {
            counts.unchanged += 1
            return
        }
        changes.append(change)
        // One that comes back, or that was only seen, is new to the directory.
        if known?.wasNamed == true { counts.changed += 1 } else { counts.added += 1 }
    }

    /// The accounts that the directory named before and does not any more.
    mutating func gone(_ database: Database) throws -> [Int64] {
        var gone: [Int64] = []
        try database.forEachRow("SELECT id FROM account WHERE in_directory") { columns in
            if !named.contains(columns.integer(0)) { gone.append(columns.integer(0)) }
        }
        counts.removed = gone.count
        return gone
    }

    private func joined(_ row: DirectoryRow) throws -> String {
        guard !row.addresses.contains(where: { $0.utf8.contains(0x0A) }) else {
            throw store.error(.invalid, "import the directory", "an address of \(row.login) has a line feed in it")
        }
        return row.addresses.count == 1 ? row.addresses[0] : row.addresses.joined(separator: "\n")
    }
}

/// A row as it is to be stored.
struct DirectoryChange {
    var row: DirectoryRow
    var login: String
    var addresses: String
}

extension PolicyStore {
    func namedTwice(_ login: String) -> PolicyStoreError {
        error(.duplicateLogin(login), "import the directory", "\(login) is named twice")
    }
}
