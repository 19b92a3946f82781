import GRDB

extension PolicyStore {
    /// Hands out every meter: first each one as its last checkpoint left it, then, in the order in which they were
    /// written, the increments since. What is handed out for a key adds up to all that was ever counted for it, each
    /// count once.
    package func loadMeters(_ each: (MeterKey, MeterEntries) -> Void) throws(PolicyStoreError) {
        try read("load the meters") { database in
            var replay = MeterReplay(store: self, oldest: try Self.oldestLogRow(database))
            try database.forEachRow("SELECT account, upto, entries FROM account_meter ORDER BY account") { columns in
                try replay.checkpoint(.account(columns.integer(0)), columns.integer(1), columns.bytes(2), each)
            }
            try database.forEachRow("SELECT kind, name, upto, entries FROM named_meter") { columns in
                let kind = UInt8(truncatingIfNeeded: columns.integer(0))
                let key = MeterKey.named(kind: kind, name: columns.string(1))
                try replay.checkpoint(key, columns.integer(2), columns.bytes(3), each)
            }
            try database.forEachRow("SELECT seq, entries FROM meter_log ORDER BY seq") { columns in
                try replay.increments(columns.integer(0), columns.bytes(1), each)
            }
        }
    }

    /// Drops rows at the log's old end that checkpoints have overtaken, and names the meters that keep the next ones
    /// from being dropped. Their checkpoints belong into the next batch.
    ///
    /// - parameters:
    ///   - rows: how many of the newest log rows may stay without asking for a checkpoint: a meter that is busy needs
    ///     only one in that time.
    ///   - limit: bounds the work and the answer.
    package func metersDue(keeping rows: Int64, atMost limit: Int) throws(PolicyStoreError) -> [MeterKey] {
        try write("shorten the meters' log") { database in
            var trim = MeterLogTrim(database: database, store: self, limit: limit)
            return try trim.run(upTo: Self.newestLogRow(database) - rows)
        }
    }

    /// The number of the last row ever written, also when it has been dropped since.
    static func newestLogRow(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'meter_log'")) ?? 0
    }

    static func oldestLogRow(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT min(seq) FROM meter_log") ?? .max
    }

    /// Writes the increments as one row of the log, then the checkpoints, which contain them.
    static func write(
        _ increments: [MeterIncrement], _ checkpoints: [MeterCheckpoint], at: Int64, in database: Database
    ) throws {
        if !increments.isEmpty {
            try database.run(
                "INSERT INTO meter_log (at, entries) VALUES (?, ?)", [at, Blob.value(MeterEncoder.encode(increments))])
        }
        guard !checkpoints.isEmpty else { return }
        let upto = try newestLogRow(database)
        for checkpoint in checkpoints { try write(checkpoint, upto: upto, in: database) }
    }

    private static func write(_ checkpoint: MeterCheckpoint, upto: Int64, in database: Database) throws {
        let entries = Blob.value(MeterEncoder.encode(checkpoint.entries))
        switch checkpoint.key {
        case .account(let account):
            try database.run(
                "INSERT OR REPLACE INTO account_meter (account, upto, entries) VALUES (?, ?, ?)",
                [account, upto, entries])
        case .named(let kind, let name):
            let newest = checkpoint.entries.last?.at ?? .min
            try database.run(
                "INSERT OR REPLACE INTO named_meter (kind, name, upto, newest, entries) VALUES (?, ?, ?, ?, ?)",
                [Int64(kind), name, upto, newest, entries])
        }
    }
}
