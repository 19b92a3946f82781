/// A line of the audit log: a change, or a refused attempt at one.
package struct AuditRecord: Sendable, Equatable {
    package enum Outcome: String, Sendable { case done, refused }

    /// Milliseconds since 1970.
    package var at: Int64
    /// A login, or `rule:NAME`.
    package var actor: String
    /// The peer's user number; `nil` for a rule.
    package var uid: Int64?
    package var verb: String
    package var target: String
    package var detail: String
    package var reason: String
    /// Milliseconds since 1970.
    package var expires: Int64?
    package var outcome: Outcome
    /// Number of the entry that this one undoes.
    package var undoes: Int64?
    /// JSON with which the engine can undo it; `nil` where it cannot.
    package var payload: String?

    package init(
        at: Int64, actor: String, uid: Int64?, verb: String, target: String, detail: String, reason: String,
        expires: Int64? = nil, outcome: Outcome, undoes: Int64? = nil, payload: String? = nil
    ) {
        self.at = at
        self.actor = actor
        self.uid = uid
        self.verb = verb
        self.target = target
        self.detail = detail
        self.reason = reason
        self.expires = expires
        self.outcome = outcome
        self.undoes = undoes
        self.payload = payload
    }
}

/// A line of the audit log, with what became of it.
package struct AuditEntry: Sendable, Equatable, Identifiable {
    /// Rises by one with each entry.
    package var number: Int64
    package var record: AuditRecord
    /// The entry that undid it.
    package var undoneBy: Int64?
    /// What it put in force, in force or not.
    package var overrides: [StoredOverride]
    package var id: Int64 { number }

    package init(number: Int64, record: AuditRecord, undoneBy: Int64?, overrides: [StoredOverride]) {
        self.number = number
        self.record = record
        self.undoneBy = undoneBy
        self.overrides = overrides
    }
}

/// What was written with an audit entry.
package struct AuditReceipt: Sendable, Equatable {
    package var number: Int64
    /// In the order in which they were handed in.
    package var overrides: [Int64]

    package init(number: Int64, overrides: [Int64]) {
        self.number = number
        self.overrides = overrides
    }
}

/// Which audit entries, newest first.
package struct AuditQuery: Sendable, Equatable {
    /// Only entries with lower numbers: the last one of the page before.
    package var before: Int64?
    package var target: String?
    package var actor: String?
    /// At most 1,000.
    package var limit: Int

    package init(before: Int64? = nil, target: String? = nil, actor: String? = nil, limit: Int = 100) {
        self.before = before
        self.target = target
        self.actor = actor
        self.limit = limit
    }
}
