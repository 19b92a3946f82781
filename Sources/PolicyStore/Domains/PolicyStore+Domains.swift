import GRDB

extension PolicyStore {
    /// What was found of domains, from the oldest minute to the newest.
    ///
    /// - parameter from: milliseconds since 1970; the minute that contains it is the first.
    package func forEachDomainMinute(
        from: Int64, _ body: (DomainMinute) -> Void
    ) throws(PolicyStoreError) {
        try read("read what was found of domains") { database in
            let names = try Self.domainNames(database)
            let columns = DomainMinute.columns.joined(separator: ", ")
            try database.forEachRow(
                "SELECT minute, series, \(columns) FROM domain_minute WHERE minute >= ? ORDER BY minute",
                [Self.minute(of: from)]
            ) { row in
                guard let domain = names[row.integer(1)] else { return }
                body(
                    DomainMinute(
                        domain: domain, at: row.integer(0) * HistoryIncrement.minute,
                        counts: DomainMinute.columns.indices.map { row.integer(Int32($0) + 2) }))
            }
        }
    }

    /// Who used domains' names, in no order.
    ///
    /// - parameter since: those who did it later, in milliseconds since 1970.
    package func forEachDomainSource(
        since: Int64, _ body: (DomainSource) -> Void
    ) throws(PolicyStoreError) {
        try read("read who used domains' names") { database in
            let names = try Self.domainNames(database)
            try database.forEachRow(
                """
                SELECT series, source, first_seen, last_seen, passed, failed, unknown FROM domain_source
                WHERE last_seen > ?
                """, [since]
            ) { row in
                guard let domain = names[row.integer(0)] else { return }
                body(
                    DomainSource(
                        domain: domain, source: row.string(1), firstSeen: row.integer(2), lastSeen: row.integer(3),
                        passed: row.integer(4), failed: row.integer(5), unknown: row.integer(6)))
            }
        }
    }

    private static let prefix = "domain/"

    private static func domainNames(_ database: Database) throws -> [Int64: String] {
        var names: [Int64: String] = [:]
        try database.forEachRow(
            "SELECT id, name FROM series WHERE name >= ? AND name < ?", [prefix, prefix + "\u{10FFFF}"]
        ) { names[$0.integer(0)] = String($0.string(1).dropFirst(prefix.count)) }
        return names
    }

    static func write(_ minutes: [DomainMinute], in database: Database) throws {
        for found in minutes {
            let minute = Self.minute(of: found.at)
            let series = try seriesNumber(
                prefix + found.domain, day: minute / HistoryIncrement.minutesPerDay, in: database)
            try database.run(insertMinute, StatementArguments([minute, series] + found.counts))
        }
    }

    private static let insertMinute = """
        INSERT INTO domain_minute (minute, series, \(DomainMinute.columns.joined(separator: ", ")))
        VALUES (?, ?\(String(repeating: ", ?", count: DomainMinute.columns.count)))
        ON CONFLICT (minute, series) DO UPDATE SET
        \(DomainMinute.columns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", "))
        """

    static func write(_ changes: [DomainSourceChange], in database: Database) throws {
        for change in changes {
            switch change {
            case .counted(let source):
                let day = Self.minute(of: source.lastSeen) / HistoryIncrement.minutesPerDay
                try database.run(
                    """
                    INSERT OR REPLACE INTO domain_source
                    (series, source, first_seen, last_seen, passed, failed, unknown) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        try seriesNumber(prefix + source.domain, day: day, in: database), source.source,
                        source.firstSeen, source.lastSeen, source.passed, source.failed, source.unknown,
                    ])
            case .displaced(let domain, let source):
                try database.run(
                    """
                    DELETE FROM domain_source
                    WHERE series = (SELECT id FROM series WHERE name = ?) AND source = ?
                    """, [prefix + domain, source])
            }
        }
    }
}
