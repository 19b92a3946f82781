import MailPolicy

/// A published record, read (RFC 7208 section 4.6.1).
package struct SPFRecord: Sendable {
    /// A longer record is a permanent error. One that fits into a UDP answer, as RFC 7208 section 3.4 wants it, has a
    /// twentieth of it.
    package static let maximumBytes = 8_192

    /// A term as it is written, for people.
    struct Term: Hashable, Sendable {
        var text: String
        /// Of its first byte in the record.
        var offset: Int
    }

    /// What comes of a match: pass, fail, softfail or neutral; and of what.
    struct Directive: Sendable {
        var term: Term
        var qualifier: SPFResult
        var mechanism: Mechanism
    }

    enum Mechanism: Sendable {
        case all
        case include(DomainSpecification)
        /// Without a name it is about the domain whose record it stands in.
        case a(DomainSpecification?, PrefixLengths)
        case mx(DomainSpecification?, PrefixLengths)
        case ptr(DomainSpecification?)
        case ip4(Network)
        /// Matches IPv6 clients only, also where it is an IPv4-mapped block.
        case ip6(IPAddress, prefix: Int)
        case exists(DomainSpecification)
    }

    /// A `redirect` or an `exp`.
    struct Modifier: Sendable {
        var term: Term
        var target: DomainSpecification
    }

    /// How many bits of an address found in the DNS are compared with the client's.
    struct PrefixLengths: Hashable, Sendable {
        var v4 = 32
        var v6 = 128

        func covers(_ found: IPAddress, _ client: IPAddress) -> Bool {
            guard found.isV4 == client.isV4 else { return false }
            let length = client.isV4 ? v4 + 96 : v6
            return found.masked(length) == client.masked(length)
        }
    }

    private(set) var directives: [Directive] = []
    /// One for each directive.
    private var filters: [Filter] = []
    var redirect: Modifier?
    var explanation: Modifier?

    mutating func append(_ directive: Directive) {
        directives.append(directive)
        filters.append(Filter(directive.mechanism))
    }

    /// The first directive that matches the client or that must look something up to know.
    ///
    /// Most terms are addresses, and most of them do not match: they are passed over without being taken apart.
    func firstCandidate(from start: Int, for client: IPAddress) -> Int? {
        let family = client.isV4 ? Filter.v4 : Filter.v6
        var index = start
        while index < filters.count {
            if filters[index].passes(client, family) { return index }
            index += 1
        }
        return nil
    }

    /// What an address must have for its directive to be looked at: plain bits, so that hundreds are compared at once.
    private struct Filter: Sendable {
        static let v4: UInt8 = 1
        static let v6: UInt8 = 2

        var base = IPAddress(high: 0, low: 0)
        var mask = IPAddress(high: 0, low: 0)
        var families = v4 | v6

        init(_ mechanism: Mechanism) {
            let all = IPAddress(high: .max, low: .max)
            switch mechanism {
            case .ip4(let network):
                base = network.base
                mask = all.masked(network.prefix)
                families = Self.v4
            case .ip6(let network, let prefix):
                base = network
                mask = all.masked(prefix)
                families = Self.v6
            case .all, .include, .a, .mx, .ptr, .exists: break
            }
        }

        func passes(_ client: IPAddress, _ family: UInt8) -> Bool {
            families & family != 0 && client.high & mask.high == base.high && client.low & mask.low == base.low
        }
    }
}

/// A name with or without macros in it.
struct DomainSpecification: Sendable {
    let macros: MacroString
    /// The name, where no macro must be filled in.
    let name: DomainName?

    init(_ macros: MacroString) {
        self.macros = macros
        name = macros.plainText.map { DomainName(String(decoding: $0, as: UTF8.self)) }
    }
}
