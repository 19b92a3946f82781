/// Who used a domain's name.
package struct DomainSource: Sendable, Equatable {
    package var domain: String
    /// An address or a network; empty for all that have no row of their own any more.
    package var source: String
    /// Milliseconds since 1970.
    package var firstSeen: Int64
    package var lastSeen: Int64
    /// Messages since it was first seen.
    package var passed: Int64
    package var failed: Int64
    package var unknown: Int64

    package init(
        domain: String, source: String, firstSeen: Int64, lastSeen: Int64, passed: Int64, failed: Int64,
        unknown: Int64
    ) {
        self.domain = domain
        self.source = source
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.passed = passed
        self.failed = failed
        self.unknown = unknown
    }
}

/// What became of a domain's source.
package enum DomainSourceChange: Sendable, Equatable {
    /// As it stands now.
    case counted(DomainSource)
    /// Another took its place.
    case displaced(domain: String, source: String)
}
