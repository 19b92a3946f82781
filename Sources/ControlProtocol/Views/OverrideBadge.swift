/// An override that is in force on what a row shows: who, why, until when.
package struct OverrideBadge: Codable, Sendable, Equatable {
    /// The override's identity, which `undo` and the audit log use.
    package var id: Int64
    package var kind: Kind
    /// What it sets, in words: `refused`, `20 messages per day`, `2/s`.
    package var what: String
    package var actor: String
    package var reason: String
    package var since: EpochMilliseconds
    /// `nil` does not expire.
    package var expires: EpochMilliseconds?
    package enum Kind: String, Codable, Sendable { case suspension, limit, throttle, whitelist, block }

    package init(
        id: Int64, kind: Kind, what: String, actor: String, reason: String, since: EpochMilliseconds,
        expires:
            EpochMilliseconds?
    ) {
        self.id = id
        self.kind = kind
        self.what = what
        self.actor = actor
        self.reason = reason
        self.since = since
        self.expires = expires
    }
}
