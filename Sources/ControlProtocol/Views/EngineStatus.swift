/// Milliseconds since 1970-01-01T00:00:00Z, the only form in which times travel.
package typealias EpochMilliseconds = Int64

/// What every frame carries: who answers, how it does, and what needs a person.
package struct EngineStatus: Codable, Sendable, Equatable {
    package var host: String
    /// `serve`, or `demo`: the demo's queue and traffic are its own and are labelled so on the screen.
    package var mode: String
    package var version: String
    /// The engine's wall clock when the frame was made.
    package var now: EpochMilliseconds
    package var startedAt: EpochMilliseconds
    /// The site's time zone: IANA name, and its offset and abbreviation at ``now``.
    package var timeZone: String
    package var zoneOffsetSeconds: Int
    package var zoneAbbreviation: String
    package var decisionsPerSecond: Double
    /// 99th percentile of the time from a complete request to its answer over the last 10 seconds, without time
    /// spent waiting for a carrier's place; `nil` without traffic.
    package var p99Microseconds: Double?
    package var queueLength: Int
    /// Change of the queue's length over the last minute; `nil` until a minute is known.
    package var queuePerMinute: Int?
    package var alerts: Int
    /// Feeds with their age; one that is overdue is shown as stale, never as empty.
    package var feeds: [FeedStatus]
    /// `nil` while the store can be written; else what is wrong with it. The gates go on from memory.
    package var storeTrouble: String?
    /// What came of asking the DNS since the start; `nil` where no mail is verified.
    package var resolver: ResolverStatus?
    /// Who is asking, and with which roles.
    package var actor: String
    package var roles: [Role]

    package init(
        host: String, mode: String, version: String, now: EpochMilliseconds, startedAt: EpochMilliseconds,
        timeZone: String, zoneOffsetSeconds: Int, zoneAbbreviation: String, decisionsPerSecond: Double,
        p99Microseconds: Double?, queueLength: Int, queuePerMinute: Int?, alerts: Int, feeds: [FeedStatus],
        storeTrouble: String?, resolver: ResolverStatus? = nil, actor: String, roles: [Role]
    ) {
        self.host = host
        self.mode = mode
        self.version = version
        self.now = now
        self.startedAt = startedAt
        self.timeZone = timeZone
        self.zoneOffsetSeconds = zoneOffsetSeconds
        self.zoneAbbreviation = zoneAbbreviation
        self.decisionsPerSecond = decisionsPerSecond
        self.p99Microseconds = p99Microseconds
        self.queueLength = queueLength
        self.queuePerMinute = queuePerMinute
        self.alerts = alerts
        self.feeds = feeds
        self.storeTrouble = storeTrouble
        self.resolver = resolver
        self.actor = actor
        self.roles = roles
    }
}

/// What came of the questions to the DNS.
package struct ResolverStatus: Codable, Sendable, Equatable {
    package var asked: Int
    package var fromCache: Int
    /// Look-ups that are on now.
    package var inFlight: Int
    /// Each of these is a temperror of those who asked.
    package var timedOut: Int
    package var serverFailed: Int
    package var refused: Int
    /// DNSSEC validation failed.
    package var bogus: Int
    package var malformed: Int
    /// As many look-ups as are allowed were on.
    package var turnedAway: Int

    package init(
        asked: Int, fromCache: Int, inFlight: Int, timedOut: Int, serverFailed: Int, refused: Int, bogus: Int,
        malformed: Int, turnedAway: Int
    ) {
        self.asked = asked
        self.fromCache = fromCache
        self.inFlight = inFlight
        self.timedOut = timedOut
        self.serverFailed = serverFailed
        self.refused = refused
        self.bogus = bogus
        self.malformed = malformed
        self.turnedAway = turnedAway
    }
}

/// Something that the engine reads by itself.
package struct FeedStatus: Codable, Sendable, Equatable {
    package var name: String
    /// When it last delivered whole; `nil` if never.
    package var updatedAt: EpochMilliseconds?
    /// After this time without news it is stale.
    package var staleAfterSeconds: Double
    package var trouble: String?

    package init(name: String, updatedAt: EpochMilliseconds?, staleAfterSeconds: Double, trouble: String?) {
        self.name = name
        self.updatedAt = updatedAt
        self.staleAfterSeconds = staleAfterSeconds
        self.trouble = trouble
    }
}

/// What a peer may do. Roles are given to groups in the configuration; each includes those before it.
package enum Role: String, Codable, Sendable, CaseIterable, Comparable {
    /// Sees everything, changes nothing.
    case viewer
    /// Suspends and resumes accounts, blocks sources, works the queue.
    case abuse
    /// As `abuse`, and sets limits, throttles and whitelists.
    case oncall
    /// As `oncall`, and imports accounts and reloads the configuration.
    case admin

    package static func < (one: Role, other: Role) -> Bool { one.rank < other.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
