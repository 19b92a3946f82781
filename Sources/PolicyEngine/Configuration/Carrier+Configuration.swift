import MailPolicy

extension Carrier {
    /// The highest rate that can be written: far above what one host can deliver.
    private static let highestRate = 100_000.0

    init(reading section: ConfigurationSection, named name: String) {
        let domains = section.domains("domains", leadingDot: true)
        if domains.isEmpty, !section.document.isProbe {
            section.report("domains", "the carrier has no recipient domain", remedy: "Write domains = [\"example.jp\"]")
        }
        let rate = section.number("rate", in: 0...Self.highestRate)
        if rate == nil, !section.has("rate"), !section.document.isProbe {
            section.report(
                "rate", "it is missing", remedy: "Write how many recipients a second may go to it: rate = 10")
        }
        self.init(
            name: name, domains: domains, networks: section.networks("networks"), perSecond: rate ?? 0,
            // Postfix waits 100 s for an answer (smtpd_policy_service_timeout).
            wait: section.duration("wait", default: 30_000, in: 0...90_000),
            acceptLimits: section.limits("accept"),
            recipientsPerMessage: section.count("recipients_per_message", in: 1...1_000_000),
            messageBytes: section.size("message_size", in: 1000...10_000_000_000))
        section.finish()
    }

    /// All `[carriers.NAME]`. No two may claim a domain or a network.
    static func all(reading root: ConfigurationSection) -> [Carrier] {
        let carriers = root.namedSections("carriers").map { Carrier(reading: $0.section, named: $0.name) }
        checkNames(carriers, root)
        checkDomains(carriers, root)
        checkNetworks(carriers, root)
        return carriers
    }

    private static func checkNames(_ carriers: [Carrier], _ root: ConfigurationSection) {
        var seen: [String: String] = [:]
        for carrier in carriers {
            if let other = seen.updateValue(carrier.name, forKey: carrier.name.lowercased()) {
                root.report("carriers.\(carrier.name)", "\(other) and \(carrier.name) differ only in case")
            }
        }
    }

    private static func checkDomains(_ carriers: [Carrier], _ root: ConfigurationSection) {
        var claims: [String: (carrier: String, place: String)] = [:]
        for carrier in carriers {
            for (index, domain) in carrier.domains.enumerated() {
                let key = "carriers.\(carrier.name).domains[\(index)]"
                if let other = claims[domain] {
                    root.report(
                        key, "\(domain) is claimed by \(carrier.name) and by \(other.carrier) (\(other.place))",
                        remedy: "A domain belongs to one carrier: take it out of one of them")
                } else {
                    claims[domain] = (carrier.name, root.document.place(of: key))
                }
            }
        }
    }

    private static func checkNetworks(_ carriers: [Carrier], _ root: ConfigurationSection) {
        var claims: [(carrier: String, network: Network, place: String)] = []
        for carrier in carriers {
            for (index, network) in carrier.networks.enumerated() {
                let key = "carriers.\(carrier.name).networks[\(index)]"
                let other = claims.first { $0.carrier != carrier.name && $0.network.overlaps(network) }
                if let other {
                    root.report(
                        key, "\(network) overlaps with \(other.network) of \(other.carrier) (\(other.place))",
                        remedy: "A network belongs to one carrier")
                }
                claims.append((carrier.name, network, root.document.place(of: key)))
            }
        }
    }
}
