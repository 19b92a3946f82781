import GRDB

/// Drops the log's oldest rows while every meter in them has a checkpoint that contains them.
struct MeterLogTrim {
    let database: Database
    let store: PolicyStore
    let limit: Int
    /// Meters whose checkpoint is too old, in the order in which they were met.
    private var due: [MeterKey] = []
    private var isDue: Set<MeterKey> = []
    private var looked = 0

    private let findAccount: PreparedStatement
    private let findNamed: PreparedStatement

    init(database: Database, store: PolicyStore, limit: Int) throws {
        findAccount = try PreparedStatement("SELECT upto FROM account_meter WHERE account = ?", in: database)
        findNamed = try PreparedStatement("SELECT upto FROM named_meter WHERE kind = ? AND name = ?", in: database)
        self.database = database
        self.store = store
        self.limit = limit
    }

    mutating func run(upTo last: Int64) throws -> [MeterKey] {
        var done: [Int64] = []
        // Only few rows at a time, each of which can be large.
        while looked < 4 * limit, due.count < limit {
            let after = max(done.last ?? .min, blocked ?? .min)
            guard let seq = try next(after: after, upTo: last) else { break }
            if try isOvertaken(seq) { done.append(seq) } else { blocked = seq }
        }
        for seq in done { try database.run("DELETE FROM meter_log WHERE seq = ?", [seq]) }
        return due
    }

    private var blocked: Int64?

    private func next(after: Int64, upTo last: Int64) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT seq FROM meter_log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 1"),
            arguments: [after, last])
    }

    private mutating func isOvertaken(_ seq: Int64) throws -> Bool {
        var keys: [MeterKey] = []
        try database.forEachRow("SELECT entries FROM meter_log WHERE seq = ?", [seq]) { columns in
            var decoder = MeterDecoder(columns.bytes(0))
            while !decoder.isAtEnd {
                guard let key = decoder.key(), decoder.entry(after: 0) != nil else {
                    throw store.error(.damaged, "shorten the meters' log", "log row \(seq) cannot be read")
                }
                keys.append(key)
            }
        }
        looked += keys.count
        var overtaken = true
        for key in keys {
            if isDue.contains(key) {
                overtaken = false
            } else if try checkpointed(key) < seq {
                overtaken = false
                guard due.count < limit else { break }
                isDue.insert(key)
                due.append(key)
            }
        }
        return overtaken
    }

    private func checkpointed(_ key: MeterKey) throws -> Int64 {
        switch key {
        case .account(let account):
            try findAccount.bind(account, at: 1)
            return try findAccount.firstRow { $0.integer(0) } ?? 0
        case .named(let kind, let name):
            try findNamed.bind(Int64(kind), at: 1)
            try findNamed.bind(name, at: 2)
            return try findNamed.firstRow { $0.integer(0) } ?? 0
        }
    }
}
