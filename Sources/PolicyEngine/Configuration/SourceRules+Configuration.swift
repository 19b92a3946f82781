import MailPolicy

extension SourceRules {
    init(reading section: ConfigurationSection) {
        let standard = SourceRules()
        self.init(
            addressLimits: Self.limits("address_limits", section),
            networkLimits: Self.limits("network_limits", section),
            harvestingAfter: section.count("harvesting_after", in: 1...1_000_000),
            unknownRecipients: section.choice("unknown_recipients", default: standard.unknownRecipients),
            blocked: section.networks("block"),
            whitelisted: section.networks("whitelist"),
            weights: Weights(reading: section.section("weights")),
            alertScore: section.count("alert_score", default: standard.alertScore, in: 1...1_000_000_000),
            kept: section.count("kept", default: standard.kept, in: 1000...10_000_000))
        section.finish()
    }

    /// At RCPT, where the mx gate judges, nobody knows how large the message will be.
    private static func limits(_ key: String, _ section: ConfigurationSection) -> [Limit] {
        let limits = section.limits(key)
        for (index, limit) in limits.enumerated() where limit.unit == .bytes {
            section.report(
                "\(key)[\(index)]", "a source has no limit on bytes", remedy: "Limit its messages or recipients")
        }
        return limits
    }

    /// Of two networks the narrower decides, so that only the same one cannot be both.
    func checkBlocks(_ section: ConfigurationSection, carriers: [Carrier]) {
        let passed =
            whitelisted.enumerated().map { ("mx.whitelist[\($0.offset)]", $0.element) }
            + carriers.flatMap { carrier in
                carrier.networks.enumerated().map { ("carriers.\(carrier.name).networks[\($0.offset)]", $0.element) }
            }
        for (index, network) in blocked.enumerated() {
            guard let (key, _) = passed.first(where: { $0.1 == network }) else { continue }
            section.report(
                "block[\(index)]",
                "\(network) is blocked, and whitelisted at \(key) (\(section.document.place(of: key)))",
                remedy: "Take it out of one of them; where one network lies within another, the narrower decides")
        }
    }
}

extension SourceRules.Weights {
    fileprivate init(reading section: ConfigurationSection) {
        let standard = SourceRules.Weights()
        func weight(_ name: String, _ points: Int) -> Int { section.count(name, default: points, in: 0...1_000_000) }
        self.init(
            unknownRecipient: weight("unknown_recipient", standard.unknownRecipient),
            overLimit: weight("over_limit", standard.overLimit),
            blocked: weight("blocked", standard.blocked),
            unauthenticated: weight("unauthenticated", standard.unauthenticated),
            forgedSender: weight("forged_sender", standard.forgedSender),
            suspendedAccount: weight("suspended_account", standard.suspendedAccount),
            failedDMARC: weight("failed_dmarc", standard.failedDMARC))
        section.finish()
    }
}
