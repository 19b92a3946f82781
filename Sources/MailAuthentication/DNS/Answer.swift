import MailPolicy

/// What came of a look-up, CNAMEs followed.
package struct Answer: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// At least one record of the type asked for.
        case records([Record])
        /// The name exists and has no such record (RFC 2308 section 2.2).
        case noData
        /// The name does not exist (RCODE 3, RFC 2308 section 2.1).
        case noSuchName
        /// No answer that could be used; the same question may be answered later.
        case failed(ResolverFailure)
    }

    package var outcome: Outcome
    /// Whether the resolver validated it with DNSSEC (RFC 4035 section 4.3, "secure").
    package var isSecure: Bool

    package init(_ outcome: Outcome, isSecure: Bool = false) {
        self.outcome = outcome
        self.isSecure = isSecure
    }

    /// The records; empty where there is none, whatever the reason.
    package var records: [Record] {
        if case .records(let records) = outcome { records } else { [] }
    }
}

/// One record's data.
package enum Record: Hashable, Sendable {
    case address(IPAddress)
    case mx(preference: UInt16, exchange: DomainName)
    case ptr(DomainName)
    /// The character-strings of one TXT or SPF record joined without a space (RFC 7208 section 3.3, RFC 6376 section
    /// 3.6.2.2), as bytes: nothing says that they are UTF-8.
    case text([UInt8])
}

/// Why a question has no answer. Each is a temporary error to the checks.
package enum ResolverFailure: Hashable, Sendable {
    case timedOut
    /// RCODE 2, or no name server that could be reached.
    case serverFailed
    /// RCODE 5.
    case refused
    /// DNSSEC validation failed.
    case bogus
    /// An answer beyond the resolver's bounds, or one that is no DNS.
    case malformed
}

extension ResolverFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timedOut: "no answer in time"
        case .serverFailed: "the name servers failed (SERVFAIL)"
        case .refused: "the name server refused (REFUSED)"
        case .bogus: "DNSSEC validation failed"
        case .malformed: "the answer cannot be read"
        }
    }
}
