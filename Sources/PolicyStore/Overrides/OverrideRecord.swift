/// An override to be made. What `kind`, `target` and `value` mean is the engine's own.
package struct OverrideRecord: Sendable, Equatable {
    package var kind: String
    package var target: String
    package var value: String
    package var actor: String
    package var reason: String
    /// Milliseconds since 1970.
    package var since: Int64
    /// It is in force before, and not at, this time; `nil` until it is ended.
    package var expires: Int64?

    package init(
        kind: String, target: String, value: String, actor: String, reason: String, since: Int64, expires: Int64?
    ) {
        self.kind = kind
        self.target = target
        self.value = value
        self.actor = actor
        self.reason = reason
        self.since = since
        self.expires = expires
    }
}

/// An override as the store has it.
package struct StoredOverride: Sendable, Equatable, Identifiable {
    /// Never used twice.
    package var id: Int64
    package var record: OverrideRecord
    /// The audit entry that made it.
    package var madeBy: Int64
    /// Milliseconds since 1970; `nil` while it is in force.
    package var ended: Int64?
    /// The audit entry that ended it; `nil` where it expired.
    package var endedBy: Int64?

    package init(id: Int64, record: OverrideRecord, madeBy: Int64, ended: Int64? = nil, endedBy: Int64? = nil) {
        self.id = id
        self.record = record
        self.madeBy = madeBy
        self.ended = ended
        self.endedBy = endedBy
    }

    static let columns =
        "id, kind, target, value, actor, reason, since, expires, made_by, ended, ended_by"

    init(_ row: StatementColumns, from first: Int32 = 0) {
        id = row.integer(first)
        record = OverrideRecord(
            kind: row.string(first + 1), target: row.string(first + 2), value: row.string(first + 3),
            actor: row.string(first + 4), reason: row.string(first + 5), since: row.integer(first + 6),
            expires: row.optionalInteger(first + 7))
        madeBy = row.integer(first + 8)
        ended = row.optionalInteger(first + 9)
        endedBy = row.optionalInteger(first + 10)
    }
}
