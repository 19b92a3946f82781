/// What the checks ask of the DNS. They never see a socket; time-outs, caches and DNSSEC are the resolver's.
///
/// An answer that is at hand is returned without suspending, so that a check whose answers are all cached runs through
/// on the caller's event loop without a hop.
package protocol Resolver: Sendable {
    nonisolated(nonsending) func answer(to question: Question) async -> Answer
}

/// One look-up: a name and a record type.
package struct Question: Hashable, Sendable {
    package var name: DomainName
    package var type: RecordType

    package init(_ name: DomainName, _ type: RecordType) {
        self.name = name
        self.type = type
    }
}

/// The record types that mail authentication asks for, by their number in the DNS.
package enum RecordType: UInt16, Sendable {
    case a = 1
    case ptr = 12
    case mx = 15
    case txt = 16
    case aaaa = 28
    /// Only RFC 4408 looked for it; RFC 7208 section 3.1 ended that.
    case spf = 99
}
