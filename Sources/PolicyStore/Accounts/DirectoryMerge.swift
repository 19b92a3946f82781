import GRDB

/// Compares a directory with the table row by row, and writes only the differences.
struct DirectoryMerge {
    private let database: Database
    private let store: PolicyStore
    private let find: PreparedStatement
    private let add: PreparedStatement
    private let change: PreparedStatement
    private(set) var counts = DirectoryCounts()
    /// By account number: whether this directory names it.
    private var named: [Bool] = []

    init(database: Database, store: PolicyStore) throws {
        self.database = database
        self.store = store
        find = try PreparedStatement(
            "SELECT id, plan, signed_up, addresses, name, in_directory FROM account WHERE login = ?", in: database)
        add = try PreparedStatement(
            "INSERT INTO account (plan, signed_up, addresses, name, login, in_directory) VALUES (?, ?, ?, ?, ?, 1)",
            in: database)
        change = try PreparedStatement(
            """
            UPDATE account SET plan = ?, signed_up = ?, addresses = ?, name = ?, in_directory = 1, gone_since = NULL
            WHERE id = ?
            """, in: database)
    }

    mutating func take(_ row: DirectoryRow) throws {
        let login = foldedLogin(row.login)
        let addresses = try joined(row)
        try find.bind(login, at: 1)
        let known = try find.firstRow { columns in
            let wasNamed = columns.integer(5) != 0
            let isSame =
                wasNamed && columns.holds(row.plan, 1) && columns.integer(2) == row.signedUp
                && columns.holds(addresses, 3) && columns.holds(row.name, 4)
            return (id: columns.integer(0), isSame: isSame, wasNamed: wasNamed)
        }
        guard let known else {
            try add.bind(login, at: 5)
            try write(row, addresses: addresses, with: add)
            counts.added += 1
            return try mark(database.lastInsertedRowID, login: login)
        }
        try mark(known.id, login: login)
        guard !known.isSame else {
            counts.unchanged += 1
            return
        }
        try change.bind(known.id, at: 5)
        try write(row, addresses: addresses, with: change)
        // One that comes back, or that was only seen, is new to the directory.
        if known.wasNamed { counts.changed += 1 } else { counts.added += 1 }
    }

    mutating func markGone(now: Int64) throws {
        var gone: [Int64] = []
        try database.forEachRow("SELECT id FROM account WHERE in_directory") { columns in
            let id = columns.integer(0)
            if !(named.indices.contains(Int(id)) && named[Int(id)]) { gone.append(id) }
        }
        let leave = try PreparedStatement(
            "UPDATE account SET in_directory = 0, gone_since = ? WHERE id = ?", in: database)
        for id in gone {
            try leave.bind(now, at: 1)
            try leave.bind(id, at: 2)
            try leave.execute()
        }
        counts.removed = gone.count
    }

    private func write(_ row: DirectoryRow, addresses: String, with statement: PreparedStatement) throws {
        try statement.bind(row.plan, at: 1)
        try statement.bind(row.signedUp, at: 2)
        try statement.bind(addresses, at: 3)
        try statement.bind(row.name, at: 4)
        try statement.execute()
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
        return row.addresses.count == 1 ? row.addresses[0] : row.addresses.joined(separator: "\n")
    }
}
