import GRDB

extension PolicyStore {
    /// Writes an audit entry and all that it changes in one transaction. When this returns, both are on the disk.
    ///
    /// - parameter ending: overrides in force that this entry ends.
    /// - throws: ``PolicyStoreError/Reason/notInForce(override:)`` where one of `ending` has ended already,
    ///   ``PolicyStoreError/Reason/alreadyUndone(audit:)`` and ``PolicyStoreError/Reason/unknownAudit(number:)`` for
    ///   an undo that cannot be.
    package func record(
        _ record: AuditRecord, creating: [OverrideRecord] = [], ending: [Int64] = []
    ) throws(PolicyStoreError) -> AuditReceipt {
        let operation = "record that \(record.actor) did \(record.verb)"
        return try write(operation) { database in
            try requireUndoable(record, operation, in: database)
            let number = try Self.insert(record, in: database)
            for override in ending { try end(override, at: record.at, by: number, operation, in: database) }
            let created = try creating.map { try Self.insert($0, madeBy: number, in: database) }
            return AuditReceipt(number: number, overrides: created)
        }
    }

    /// A page of the audit log, newest first.
    package func audit(_ query: AuditQuery) throws(PolicyStoreError) -> [AuditEntry] {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        add("a.number < ?", query.before)
        add("a.target = ?", query.target)
        add("a.actor = ?", query.actor)
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        arguments += [min(max(query.limit, 0), 1_000)]
        return try read("read the audit log") { database in
            try Self.entries("\(filter) ORDER BY a.number DESC LIMIT ?", arguments, in: database)
        }
    }

    package func audit(number: Int64) throws(PolicyStoreError) -> AuditEntry? {
        try read("read audit entry \(number)") { database in
            try Self.entries("WHERE a.number = ?", [number], in: database).first
        }
    }

    private func requireUndoable(_ record: AuditRecord, _ operation: String, in database: Database) throws {
        guard let undoes = record.undoes, record.outcome == .done else { return }
        let undone = try Int64.fetchOne(
            database, sql: "SELECT number FROM audit WHERE undoes = ? AND outcome = 'done'", arguments: [undoes])
        if let undone {
            throw error(.alreadyUndone(audit: undoes), operation, "entry \(undoes) was undone by entry \(undone)")
        }
        guard try Bool.fetchOne(database, sql: "SELECT 1 FROM audit WHERE number = ?", arguments: [undoes]) != nil
        else { throw error(.unknownAudit(number: undoes), operation, "there is no entry \(undoes)") }
    }

    private static func insert(_ record: AuditRecord, in database: Database) throws -> Int64 {
        try database.run(
            """
            INSERT INTO audit (at, actor, uid, verb, target, detail, reason, expires, outcome, undoes, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                record.at, record.actor, record.uid, record.verb, record.target, record.detail, record.reason,
                record.expires, record.outcome.rawValue, record.undoes, record.payload,
            ])
        return database.lastInsertedRowID
    }

    private static func insert(_ override: OverrideRecord, madeBy: Int64, in database: Database) throws -> Int64 {
        try database.run(
            """
            INSERT INTO override (kind, target, value, actor, reason, since, expires, made_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                override.kind, override.target, override.value, override.actor, override.reason, override.since,
                override.expires, madeBy,
            ])
        return database.lastInsertedRowID
    }

    private func end(
        _ override: Int64, at: Int64, by number: Int64, _ operation: String, in database: Database
    ) throws {
        try database.run(
            "UPDATE override SET ended = ?, ended_by = ? WHERE id = ? AND ended IS NULL", [at, number, override])
        guard database.changesCount == 1 else {
            throw error(.notInForce(override: override), operation, "override \(override) is not in force")
        }
    }

    private static func entries(
        _ clauses: String, _ arguments: StatementArguments, in database: Database
    ) throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        let sql = """
            SELECT a.number, a.at, a.actor, a.uid, a.verb, a.target, a.detail, a.reason, a.expires, a.outcome, a.undoes,
                a.payload, (SELECT u.number FROM audit u WHERE u.undoes = a.number AND u.outcome = 'done')
            FROM audit a \(clauses)
            """
        try database.forEachRow(sql, arguments) { row in
            let record = AuditRecord(
                at: row.integer(1), actor: row.string(2), uid: row.optionalInteger(3), verb: row.string(4),
                target: row.string(5), detail: row.string(6), reason: row.string(7), expires: row.optionalInteger(8),
                outcome: AuditRecord.Outcome(rawValue: row.string(9)) ?? .refused, undoes: row.optionalInteger(10),
                payload: row.optionalString(11))
            entries.append(
                AuditEntry(
                    number: row.integer(0), record: record, undoneBy: row.optionalInteger(12), overrides: []))
        }
        for index in entries.indices {
            try database.forEachRow(
                "SELECT \(StoredOverride.columns) FROM override WHERE made_by = ? ORDER BY id", [entries[index].number]
            ) { entries[index].overrides.append(StoredOverride($0)) }
        }
        return entries
    }
}
