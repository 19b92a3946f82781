import GRDB

extension PolicyStore {
    /// The values of some series, minute by minute.
    ///
    /// - parameters:
    ///   - from: milliseconds since 1970; the minute that contains it is the first.
    ///   - to: the minute that contains it is not in the answer any more, unless it is also the first.
    /// - throws: ``PolicyStoreError/Reason/invalid`` for more than 31 days or 1,000 series.
    package func history(
        of series: [String], from: Int64, to: Int64
    ) throws(PolicyStoreError) -> HistoryTable {
        let first = Self.minute(of: from)
        let last = max(Self.minute(of: to), first + 1)
        guard last - first <= 31 * HistoryIncrement.minutesPerDay, series.count <= 1_000 else {
            throw error(.invalid, "read the history", "\(last - first) minutes of \(series.count) series are too many")
        }
        return try read("read the history") { database in
            let count = Int(last - first)
            let ran = try Self.values(of: HistoryIncrement.uptime, first..<last, in: database)
            let base: [Int64?] = (0..<count).map { ran[$0] == nil ? nil : 0 }
            var table = HistoryTable(start: first * HistoryIncrement.minute, values: [:])
            for name in Set(series) {
                var row = base
                for (index, value) in try Self.values(of: name, first..<last, in: database) { row[index] = value }
                table.values[name] = row
            }
            return table
        }
    }

    /// By index in the range.
    private static func values(
        of series: String, _ minutes: Range<Int64>, in database: Database
    ) throws -> [Int: Int64] {
        var values: [Int: Int64] = [:]
        // A seek for each minute: the rows of a minute lie together, so that the second-by-second batch touches few
        // pages, and nothing but this query wants them by series.
        try database.forEachRow(
            """
            WITH RECURSIVE span (minute) AS (VALUES (?) UNION ALL SELECT minute + 1 FROM span WHERE minute + 1 < ?)
            SELECT history.minute, history.value FROM span CROSS JOIN history
            ON history.minute = span.minute AND history.series = (SELECT id FROM series WHERE name = ?)
            """, [minutes.lowerBound, minutes.upperBound, series]
        ) { values[Int($0.integer(0) - minutes.lowerBound)] = $0.integer(1) }
        return values
    }

    static func write(_ increments: [HistoryIncrement], in database: Database) throws {
        for increment in increments {
            let minute = Self.minute(of: increment.at)
            let series = try seriesNumber(increment.series, day: minute / HistoryIncrement.minutesPerDay, in: database)
            try database.run(
                """
                INSERT INTO history (minute, series, value) VALUES (?, ?, ?)
                ON CONFLICT (minute, series) DO UPDATE SET value = value + excluded.value
                """, [minute, series, increment.value])
        }
    }

    static func seriesNumber(_ name: String, day: Int64, in database: Database) throws -> Int64 {
        var known: (id: Int64, lastDay: Int64)?
        try database.forEachRow("SELECT id, last_day FROM series WHERE name = ?", [name]) {
            known = ($0.integer(0), $0.integer(1))
        }
        guard let known else {
            try database.run("INSERT INTO series (name, last_day) VALUES (?, ?)", [name, day])
            return database.lastInsertedRowID
        }
        if known.lastDay < day { try database.run("UPDATE series SET last_day = ? WHERE id = ?", [day, known.id]) }
        return known.id
    }

    static func minute(of time: Int64) -> Int64 {
        let quotient = time / HistoryIncrement.minute
        return time < 0 && quotient * HistoryIncrement.minute != time ? quotient - 1 : quotient
    }
}
