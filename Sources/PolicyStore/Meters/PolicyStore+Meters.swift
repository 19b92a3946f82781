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
    /// from being dropped. Their checkpoints belong into the next batch, each of them: an empty one for a meter that the
    /// engine does not know any more, or the log would never get shorter.
    ///
    /// - parameters:
    ///   - rows: how many of the newest log rows may stay without asking for a checkpoint: a meter that is busy needs
    ///     only one in that time.
    ///   - limit: bounds the work and the answer.
    package func metersDue(keeping rows: Int64, atMost limit: Int) throws(PolicyStoreError) -> [MeterKey] {
        try write("shorten the meters' log") { database in
            var trim = try MeterLogTrim(database: database, store: self, limit: limit)
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
            let append = try PreparedStatement("INSERT INTO meter_log (at, entries) VALUES (?, ?)", in: database)
            try append.bind(at, at: 1)
            try append.bind(MeterEncoder.encode(increments), at: 2)
            try append.execute()
        }
        guard !checkpoints.isEmpty else { return }
        var writer = try MeterCheckpointWriter(upto: newestLogRow(database), database: database)
        for checkpoint in checkpoints { try writer.write(checkpoint) }
    }
}
