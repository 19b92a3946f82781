import GRDB

extension PolicyStore {
    /// Stored verdicts of an account, source, queue ID or instance, newest first; of all for `nil`.
    ///
    /// - parameter limit: at most 1,000.
    package func verdicts(
        of key: VerdictKey?, before number: Int64? = nil, limit: Int
    ) throws(PolicyStoreError) -> [VerdictRecord] {
        var conditions: [String] = []
        var arguments = StatementArguments()
        if let key {
            conditions.append("\(key.column) = ?")
            arguments += [key.value]
        }
        if let number {
            conditions.append("number < ?")
            arguments += [number]
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        arguments += [min(max(limit, 0), 1_000)]
        return try read("look up verdicts") { database in
            var verdicts: [VerdictRecord] = []
            try database.forEachRow(
                "SELECT \(VerdictRecord.columns) FROM verdict \(filter) ORDER BY id DESC LIMIT ?", arguments
            ) { verdicts.append(VerdictRecord($0)) }
            return verdicts
        }
    }

    /// The number of the newest stored verdict; 0 where there is none.
    package func newestVerdict() throws(PolicyStoreError) -> Int64 {
        try read("look up the newest verdict") { database in
            try Int64.fetchOne(database, sql: "SELECT number FROM verdict ORDER BY id DESC LIMIT 1") ?? 0
        }
    }

    static func write(_ verdicts: [VerdictRecord], in database: Database) throws {
        for verdict in verdicts {
            try database.run(
                """
                INSERT INTO verdict (\(VerdictRecord.columns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    verdict.number, verdict.at, verdict.gate, verdict.state, verdict.outcome, verdict.reply,
                    verdict.rule, verdict.limitText, verdict.limitOf, verdict.count, verdict.quantity,
                    verdict.freeAgain, verdict.overrideID, verdict.waitedMilliseconds, verdict.account, verdict.source,
                    verdict.sender, verdict.recipient, verdict.queueID, verdict.instance,
                ])
        }
    }
}
