import GRDB

/// Writes what a comparison found.
struct DirectoryWriter {
    private let store: PolicyStore
    private let put: PreparedStatement
    private let leave: PreparedStatement
    private var written = NumberSet()

    init(database: Database, store: PolicyStore) throws {
        self.store = store
        // The account may have been seen for the first time since the comparison.
        put = try PreparedStatement(
            """
            INSERT INTO account (login, plan, signed_up, addresses, name, in_directory) VALUES (?, ?, ?, ?, ?, 1)
            ON CONFLICT (login) DO UPDATE SET plan = excluded.plan, signed_up = excluded.signed_up,
                addresses = excluded.addresses, name = excluded.name, in_directory = 1, gone_since = NULL
            RETURNING id
            """, in: database)
        leave = try PreparedStatement(
            "UPDATE account SET in_directory = 0, gone_since = ? WHERE id = ?", in: database)
    }

    mutating func write(_ change: DirectoryChange) throws {
        try put.bind(change.login, at: 1)
        try put.bind(change.row.plan, at: 2)
        try put.bind(change.row.signedUp, at: 3)
        try put.bind(change.addresses, at: 4)
        try put.bind(change.row.name, at: 5)
        guard let id = try put.firstRow({ $0.integer(0) }), written.insert(id) else {
            throw store.namedTwice(change.login)
        }
    }

    func markGone(_ account: Int64, now: Int64) throws {
        try leave.bind(now, at: 1)
        try leave.bind(account, at: 2)
        try leave.execute()
    }
}
