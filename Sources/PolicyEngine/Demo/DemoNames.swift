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
            let (domain, helo) = (Self.domain(of: read), read.text(\.heloName))
            let isItsOwn =
                helo == domain || helo.hasSuffix("." + domain)
                || carriers.contains { carrier in
                    carrier.domains.contains { domain == $0 || $0.hasPrefix(".") && domain.hasSuffix($0) }
                        && carrier.networks.contains { $0.contains(client) }
                }
            networks[domain, default: []].formUnion(isItsOwn ? [client.countedNetwork] : [])
        }
        for (domain, networks) in networks {
            let terms = networks.map { "\($0.base.isV4 ? "ip4" : "ip6"):\($0)" }.sorted() + ["-all"]
            texts[domain] = "v=spf1 " + terms.joined(separator: " ")
            texts["_dmarc.\(domain)"] = "v=DMARC1; p=\(networks.isEmpty ? "reject" : "quarantine")"
        }
    }

    /// Of the sender; of a bounce that of the host which sends it.
    static func domain(of request: ReadRequest) -> String {
        let sender = request.text(\.sender)
        if let at = sender.lastIndex(of: "@") { return sender[sender.index(after: at)...].lowercased() }
        return request.text(\.heloName).split(separator: ".").dropFirst().joined(separator: ".").lowercased()
    }

    mutating func publish(_ key: DKIMKeyPair, selector: DomainName, of domain: String) {
        texts["\(selector)._domainkey.\(domain)"] = key.recordText
    }

    nonisolated(nonsending) func answer(to question: Question) async -> Answer {
        guard question.type == .txt, let text = texts[question.name.text] else { return Answer(.noSuchName) }
        return Answer(.records([.text(Array(text.utf8))]))
    }
}
