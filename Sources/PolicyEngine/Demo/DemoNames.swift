import MailAuthentication
import MailPolicy
import PostfixProtocols

/// What the domains of the sample's mail from outside publish: a DNS of the demo's own.
///
/// A domain names the networks of those that send the sample's mail in its name and call themselves by it, or belong to
/// its carrier. Whoever else uses the name fails.
struct DemoNames: Resolver {
    private var texts: [String: String] = [:]

    init(requests: [DemoRequest], carriers: [Carrier]) {
        var networks: [String: Set<Network>] = [:]
        for request in requests {
            guard let read = ReadRequest(request.bytes), read.gate == .mx, read.parsed.protocolState == .rcpt,
                let client = IPAddress(read.text(\.clientAddress))
            else { continue }
            let domain = Self.domain(of: read)
            let isItsOwn = Self.isOwnHost(of: domain, read, carriers)
            networks[domain, default: []].formUnion(isItsOwn ? [client.countedNetwork] : [])
        }
        for (domain, networks) in networks {
            let terms = networks.map { "\($0.base.isV4 ? "ip4" : "ip6"):\($0)" }.sorted() + ["-all"]
            texts[domain] = "v=spf1 " + terms.joined(separator: " ")
            texts["_dmarc.\(domain)"] = "v=DMARC1; p=\(networks.isEmpty ? "reject" : "quarantine")"
        }
    }

    /// Whether who asks belongs to the domain: it calls itself by the name, or is its carrier's.
    static func isOwnHost(of domain: String, _ request: ReadRequest, _ carriers: [Carrier]) -> Bool {
        let helo = request.text(\.heloName)
        if helo == domain || helo.hasSuffix("." + domain) { return true }
        guard let client = IPAddress(request.text(\.clientAddress)) else { return false }
        return carriers.contains { carrier in
            carrier.domains.contains { domain == $0 || $0.hasPrefix(".") && domain.hasSuffix($0) }
                && carrier.networks.contains { $0.contains(client) }
        }
    }

    /// Of the sender; of a bounce that of the host which sends it.
    static func domain(of request: ReadRequest) -> String {
        let sender = request.text(\.sender)
        if let at = sender.lastIndex(of: "@") { return sender[sender.index(after: at)...].lowercased() }
        return request.text(\.heloName).split(separator: ".").dropFirst().joined(separator: ".").lowercased()
    }

    /// A domain of the site's own, of which all mail leaves through the host itself.
    mutating func publishOwn(_ domain: String) {
        texts[domain] = "v=spf1 ip4:192.0.2.240 -all"
        texts["_dmarc.\(domain)"] = "v=DMARC1; p=reject"
    }

    mutating func publish(_ key: DKIMKeyPair, selector: DomainName, of domain: String) {
        texts["\(selector)._domainkey.\(domain)"] = key.recordText
    }

    nonisolated(nonsending) func answer(to question: Question) async -> Answer {
        guard question.type == .txt, let text = texts[question.name.text] else { return Answer(.noSuchName) }
        return Answer(.records([.text(Array(text.utf8))]))
    }
}
