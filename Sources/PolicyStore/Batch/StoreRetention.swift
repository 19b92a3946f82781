/// How long what is kept for people is kept.
package struct StoreRetention: Sendable, Equatable {
    /// Milliseconds.
    package var verdicts: Int64
    package var verdictRows: Int64
    /// Milliseconds; longer than Postfix's `maximal_queue_lifetime`.
    package var queueOwners: Int64
    /// Milliseconds; of the series and of what was found of domains.
    package var history: Int64
    /// Milliseconds since the last message of who used a domain's name.
    package var domainSources: Int64
    /// Milliseconds since the last entry of a meter that has a name: at least the longest period of a limit.
    package var namedMeters: Int64

    static let day: Int64 = 86_400_000

    package init(
        verdicts: Int64 = day, verdictRows: Int64 = 1_000_000, queueOwners: Int64 = 7 * day, history: Int64 = 7 * day,
        domainSources: Int64 = day, namedMeters: Int64 = 32 * day
    ) {
        self.verdicts = verdicts
        self.verdictRows = verdictRows
        self.queueOwners = queueOwners
        self.history = history
        self.domainSources = domainSources
        self.namedMeters = namedMeters
    }
}

/// Rows that were removed.
package struct PruneReport: Sendable, Equatable {
    package var verdicts = 0
    package var queueOwners = 0
    package var history = 0
    package var domainMinutes = 0
    package var domainSources = 0
    package var series = 0
    package var namedMeters = 0
    /// Whether a slice was full, so that there may be more.
    package var hasMore = false
}
