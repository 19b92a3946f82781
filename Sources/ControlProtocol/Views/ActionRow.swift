/// One line of the audit log: a change, or a refused attempt at one.
package struct ActionRow: Codable, Sendable, Equatable, Identifiable {
    /// The audit log's own number, which `undo` takes.
    package var number: Int64
    package var at: EpochMilliseconds
    /// Who: a login, or `rule:NAME` where the engine acted by itself.
    package var actor: String
    package var verb: String
    package var target: String
    /// What was set or how many were hit, in words.
    package var detail: String
    package var reason: String
    package var expires: EpochMilliseconds?
    package var state: State
    package var undoneBy: Int64?
    package var id: String { String(number) }

    package enum State: String, Codable, Sendable {
        /// In force now.
        case active
        case expired
        case undone
        /// Replaced by a later change of the same thing.
        case superseded
        /// Done, with nothing that stays in force: a queue action, an import.
        case done
        /// Not carried out; `detail` says why.
        case refused
    }

    package init(
        number: Int64, at: EpochMilliseconds, actor: String, verb: String, target: String, detail: String,
        reason:
            String, expires: EpochMilliseconds?, state: State, undoneBy: Int64?
    ) {
        self.number = number
        self.at = at
        self.actor = actor
        self.verb = verb
        self.target = target
        self.detail = detail
        self.reason = reason
        self.expires = expires
        self.state = state
        self.undoneBy = undoneBy
    }
}
