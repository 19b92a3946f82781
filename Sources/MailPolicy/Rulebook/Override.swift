/// An operator's change, or a rule's: in force beside the rulebook until it expires or is undone.
package struct Override: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case suspension(account: String, holds: Bool)
        case accountLimit(account: String, Limit)
        case planLimit(plan: String, Limit)
        case throttle(carrier: String, perSecond: Double)
        case whitelist(Network, carrier: String?)
        case block(Network)
    }

    /// Number from the store, never used twice.
    package var id: Int64
    package var kind: Kind
    /// A login, or `rule:NAME`.
    package var actor: String
    package var reason: String
    /// Wall times.
    package var since: Milliseconds
    package var expires: Milliseconds?

    package init(
        id: Int64, kind: Kind, actor: String, reason: String, since: Milliseconds, expires: Milliseconds?
    ) {
        self.id = id
        self.kind = kind
        self.actor = actor
        self.reason = reason
        self.since = since
        self.expires = expires
    }

    package func isInForce(at wall: Milliseconds) -> Bool { expires.map { wall < $0 } ?? true }
}
