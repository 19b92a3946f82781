import MailPolicy

/// Looks at what a domain publishes: SPF, DKIM and DMARC, and what they lean on.
///
/// A question that is not answered is said to be so; it is never taken for a record that is not there.
///
/// ```swift
/// let report = await DomainCheck(resolver: resolver).check("isp.example", addresses: [address], selectors: ["202611"])
/// ```
package struct DomainCheck: Sendable {
    let resolver: any Resolver

    /// Hosts whose addresses are looked at.
    private static let mostExchanges = 20

    package init(resolver: any Resolver) { self.resolver = resolver }

    /// Selectors that mail services use, for who cannot name any.
    package static let usualSelectors: [DomainName] = [
        "default", "dkim", "mail", "selector1", "selector2", "google", "s1", "s2", "k1", "k2", "k3", "key1", "key2",
        "smtp", "email", "mandrill", "mxvault", "zoho", "fm1", "fm2", "fm3", "protonmail", "pm", "mta", "mx", "dkim1",
        "dkim2", "sig1", "everlytickey1", "cm", "rsa", "ed25519",
    ]

    /// - Parameters:
    ///   - addresses: from which the domain's mail is sent.
    ///   - selectors: of the domain's keys; empty to try those that are usual.
    ///   - expectsDNSSEC: the resolver validates, so that its word on that is worth telling.
    package func check(
        _ domain: DomainName, addresses: [IPAddress], selectors: [DomainName] = [], expectsDNSSEC: Bool = false
    ) async -> DomainReport {
        let domain = domain.withALabels
        var report = DomainReport(domain: domain)
        guard domain.canBeAsked else {
            report.add(.error, .mx, "\(domain.visible) is no name that the DNS can hold")
            return report
        }
        await lookAtSPF(&report, addresses)
        await lookAtKeys(&report, selectors)
        await lookAtDMARC(&report)
        await lookAtExchanges(&report)
        if expectsDNSSEC { await lookAtDNSSEC(&report) }
        return report
    }

    // MARK: What it leans on

    private func lookAtExchanges(_ report: inout DomainReport) async {
        let answer = await resolver.answer(to: Question(report.domain, .mx))
        switch answer.outcome {
        case .failed(let failure): report.noteUnanswered(.mx, Question(report.domain, .mx), failure)
        case .noSuchName:
            report.add(
                .error, .mx, "\(report.domain.visible) does not exist",
                remedy: "Register it, or look whether it is spelled rightly")
        case .noData:
            report.add(
                .warning, .mx, "there is no MX record: mail for the domain goes to its own address, if it has one",
                remedy: "Publish an MX record, or \"0 .\" if it takes no mail (RFC 7505)")
        case .records(let records):
            report.exchanges = records.compactMap { record in
                if case .mx(let preference, let exchange) = record { (preference, exchange) } else { nil }
            }.sorted { ($0.preference, $0.name.text) < ($1.preference, $1.name.text) }
            guard report.exchanges.contains(where: \.name.text.isEmpty) else {
                return await lookAtAddresses(of: report.exchanges.map(\.name), &report)
            }
            if report.exchanges.count == 1 {
                report.add(
                    .note, .mx, "the domain takes no mail (null MX, RFC 7505): reports and bounces cannot reach it")
            } else {
                report.add(
                    .error, .mx, "a null MX stands beside other MX records (RFC 7505 section 3)",
                    remedy: "Take one or the other away")
            }
        }
    }

    private func lookAtAddresses(of exchanges: [DomainName], _ report: inout DomainReport) async {
        var without: [DomainName] = []
        for exchange in exchanges.prefix(Self.mostExchanges) {
            let answers = [
                await resolver.answer(to: Question(exchange, .a)), await resolver.answer(to: Question(exchange, .aaaa)),
            ]
            let isMissing = answers.allSatisfy { answer in
                switch answer.outcome {
                case .noData, .noSuchName: true
                case .records, .failed: false
                }
            }
            if isMissing { without.append(exchange) }
        }
        for exchange in without {
            report.add(
                without.count == exchanges.count ? .error : .warning, .mx,
                "\(exchange.visible), where the domain's mail is to go, has no address",
                remedy: "Publish its address, or take the MX record away")
        }
    }

    private func lookAtDNSSEC(_ report: inout DomainReport) async {
        let answer = await resolver.answer(to: Question(report.domain, .txt))
        if case .failed = answer.outcome { return }
        report.add(
            .note, .dnssec,
            answer.isSecure
                ? "the domain's records are signed and validate (DNSSEC)"
                : "the domain's records are not signed: whoever can forge DNS answers can forge its mail")
    }
}

extension Answer {
    /// The texts of TXT records.
    var texts: [[UInt8]] {
        records.compactMap { record in
            if case .text(let bytes) = record { bytes } else { nil }
        }
    }
}
