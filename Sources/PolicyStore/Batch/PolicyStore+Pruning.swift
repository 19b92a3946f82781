import GRDB

extension PolicyStore {
    /// Removes what is too old, one bounded slice of each table in one transaction. Call it every second or so; it
    /// writes nothing where there is nothing to remove.
    ///
    /// - parameter rows: the most that one table loses; of the history, whole minutes.
    package func prune(
        _ retention: StoreRetention, now: StoredClock, rows: Int = 2_000
    ) throws(PolicyStoreError) -> PruneReport {
        try write("remove what is too old") { database in
            var report = PruneReport()
            report.verdicts = try Self.pruneVerdicts(retention, now: now.wall, rows, in: database)
            report.queueOwners = try Self.delete(
                "queue_owner WHERE queue_id IN (SELECT queue_id FROM queue_owner WHERE at < ? LIMIT ?)",
                [now.wall - retention.queueOwners, rows], in: database)
            let oldest = Self.minute(of: now.wall - retention.history)
            report.history = try Self.pruneMinutes(of: "history", before: oldest, in: database)
            report.domainMinutes = try Self.pruneMinutes(of: "domain_minute", before: oldest, in: database)
            report.domainSources = try Self.delete(
                """
                domain_source WHERE (series, source) IN
                (SELECT series, source FROM domain_source WHERE last_seen < ? LIMIT ?)
                """, [now.wall - retention.domainSources, rows], in: database)
            report.series = try Self.delete(
                "series WHERE id IN (SELECT id FROM series WHERE last_day < ? LIMIT ?)",
                [oldest / HistoryIncrement.minutesPerDay - 1, rows], in: database)
            // A checkpoint says which rows of the log not to count again, so it stays while they do.
            report.namedMeters = try Self.delete(
                """
                named_meter WHERE (kind, name) IN
                (SELECT kind, name FROM named_meter WHERE newest < ? AND upto < ? LIMIT ?)
                """,
                [now.steady - retention.namedMeters, Self.oldestLogRow(database), rows], in: database)
            report.hasMore =
                [report.verdicts, report.queueOwners, report.domainSources, report.series, report.namedMeters]
                .contains { $0 >= rows }
                || report.history > 0 || report.domainMinutes > 0
            return report
        }
    }

    /// The oldest rows, by age or because there are too many. Their numbers have no gaps, which counts them.
    private static func pruneVerdicts(
        _ retention: StoreRetention, now: Int64, _ rows: Int, in database: Database
    ) throws -> Int {
        guard let first = try Int64.fetchOne(database, sql: "SELECT min(id) FROM verdict"),
            let last = try Int64.fetchOne(database, sql: "SELECT max(id) FROM verdict")
        else { return 0 }
        let excess = max(last - first + 1 - retention.verdictRows, 0)
        // Up to the first that is young enough, looking at no more than a slice.
        let old =
            try Int64.fetchOne(
                database,
                sql:
                    "SELECT id FROM (SELECT id, at FROM verdict ORDER BY id LIMIT ?) WHERE at >= ? ORDER BY id LIMIT 1",
                arguments: [rows, now - retention.verdicts]) ?? (first + Int64(rows))
        let end = min(max(old, first + excess), first + Int64(rows))
        return try delete("verdict WHERE id < ?", [end], in: database)
    }

    /// Ten minutes at a time: an hour of backlog is gone in seconds, and no slice is long.
    private static func pruneMinutes(
        of table: String, before oldest: Int64, in database: Database
    ) throws -> Int {
        guard let first = try Int64.fetchOne(database, sql: "SELECT min(minute) FROM \(table)"), first < oldest else {
            return 0
        }
        return try delete("\(table) WHERE minute < ?", [min(first + 10, oldest)], in: database)
    }

    private static func delete(
        _ what: String, _ arguments: StatementArguments, in database: Database
    ) throws -> Int {
        try database.run("DELETE FROM " + what, arguments)
        return database.changesCount
    }
}
