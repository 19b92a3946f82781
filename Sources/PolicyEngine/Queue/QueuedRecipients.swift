import ControlProtocol

/// The recipients of a queued message: the first ones by address and reason, all of them by domain.
package struct QueuedRecipients: Sendable, Equatable {
    /// All recipients that are still to be delivered.
    package private(set) var count = 0
    /// Addresses of the first ``kept`` recipients, one a line: one allocation, not one for each.
    package private(set) var addresses = ""
    /// Why the first recipient waits.
    private var firstReason: String?
    /// Reasons of the other kept recipients, unless all are the first's.
    private(set) var otherReasons: [String?] = []
    /// Domain of the first recipient, in lower case.
    package private(set) var firstDomain = ""
    /// Domains of the others, unless all are the first's.
    private(set) var otherDomains: [DomainCount] = []

    /// Addresses and reasons are kept of so many.
    package static let kept = 20

    /// Different domains of one message that are told apart.
    static let maximumDomains = 200

    struct DomainCount: Sendable, Equatable {
        var domain: String
        var count: Int
    }

    package init() {}

    /// What was packed.
    init(
        count: Int, addresses: String, firstReason: String?, otherReasons: [String?], firstDomain: String,
        otherDomains: [DomainCount]
    ) {
        self.count = count
        self.addresses = addresses
        self.firstReason = firstReason
        self.otherReasons = otherReasons
        self.firstDomain = firstDomain
        self.otherDomains = otherDomains
    }

    package init(_ recipients: [(address: String, reason: String?)]) {
        for (address, reason) in recipients {
            append(address: address, reason: reason)
        }
    }

    package mutating func append(address: String, reason: String?) {
        count += 1
        countDomain(Self.domain(of: address))
        guard count <= Self.kept else { return }
        let line = address.utf8.contains(0x0A) ? String(address.map { $0.isNewline ? "?" : $0 }) : address
        if count == 1 {
            addresses = line
            firstReason = reason
            return
        }
        addresses += "\n" + line
        if otherReasons.isEmpty && reason != firstReason {
            otherReasons = Array(repeating: firstReason, count: count - 2)
        }
        if reason != firstReason || !otherReasons.isEmpty { otherReasons.append(reason) }
    }

    /// Recipients of which the listing was too long to keep their addresses.
    package mutating func appendUnlisted(_ more: Int) {
        guard more > 0 else { return }
        count += more
        if let index = otherDomains.firstIndex(where: { $0.domain.isEmpty }) {
            otherDomains[index].count += more
        } else {
            otherDomains.append(DomainCount(domain: "", count: more))
        }
    }

    private mutating func countDomain(_ domain: String) {
        if count == 1 {
            firstDomain = domain
        } else if let index = otherDomains.firstIndex(where: { $0.domain == domain }) {
            otherDomains[index].count += 1
        } else if domain != firstDomain {
            // The last place is for all domains that find none.
            let last = otherDomains.count >= Self.maximumDomains
            if last, let index = otherDomains.firstIndex(where: { $0.domain.isEmpty }) {
                otherDomains[index].count += 1
            } else {
                otherDomains.append(DomainCount(domain: last ? "" : domain, count: 1))
            }
        }
    }

    /// The kept recipients with their reasons.
    package var first: [QueueRow.Recipient] {
        guard count > 0 else { return [] }
        return addresses.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, address in
            let reason = index == 0 || otherReasons.isEmpty ? firstReason : otherReasons[index - 1]
            return QueueRow.Recipient(address: String(address), delayReason: reason)
        }
    }

    /// Calls with each reason of the kept recipients, equal ones once, until one answers `true`.
    package func containsReason(where matches: (String) -> Bool) -> Bool {
        if let firstReason, matches(firstReason) { return true }
        return otherReasons.contains { $0 != firstReason && $0.map(matches) == true }
    }

    package var reason: String? { firstReason }

    /// Calls with each domain and the number of recipients in it.
    package func forEachDomain(_ body: (_ domain: String, _ count: Int) -> Void) {
        guard count > 0 else { return }
        body(firstDomain, count - otherDomains.reduce(0) { $0 + $1.count })
        for other in otherDomains { body(other.domain, other.count) }
    }

    /// What follows the last `@`, in lower case; empty for a local name.
    package static func domain(of address: String) -> String {
        guard let at = address.lastIndex(of: "@") else { return "" }
        return address[address.index(after: at)...].lowercased()
    }
}
