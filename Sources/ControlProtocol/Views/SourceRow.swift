/// One client address or network with what it did in the last hour.
package struct SourceRow: Codable, Sendable, Equatable, Identifiable {
    /// An address, or a network with its prefix length.
    package var source: String
    package var score: Int
    /// The score opened into its parts, the largest first.
    package var parts: [ScorePart]
    package var messagesLastHour: Int
    package var refusedLastHour: Int
    package var unknownRecipientsLastHour: Int
    package var accountsLastHour: Int
    package var lastSeen: EpochMilliseconds
    package var state: State
    package var overrides: [OverrideBadge]
    package var id: String { source }

    package enum State: String, Codable, Sendable { case open, blocked, whitelisted }

    package init(
        source: String, score: Int, parts: [ScorePart], messagesLastHour: Int, refusedLastHour: Int,
        unknownRecipientsLastHour: Int, accountsLastHour: Int, lastSeen: EpochMilliseconds, state: State,
        overrides:
            [OverrideBadge]
    ) {
        self.source = source
        self.score = score
        self.parts = parts
        self.messagesLastHour = messagesLastHour
        self.refusedLastHour = refusedLastHour
        self.unknownRecipientsLastHour = unknownRecipientsLastHour
        self.accountsLastHour = accountsLastHour
        self.lastSeen = lastSeen
        self.state = state
        self.overrides = overrides
    }
}

/// What a source did, how often, and what that adds to its score.
package struct ScorePart: Codable, Sendable, Equatable {
    package var name: String
    package var count: Int
    package var points: Int

    package init(name: String, count: Int, points: Int) {
        self.name = name
        self.count = count
        self.points = points
    }
}
