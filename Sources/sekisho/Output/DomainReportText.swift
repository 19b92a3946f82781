import MailAuthentication

/// What a domain publishes, for people and scripts.
struct DomainReportText: Encodable {
    struct SPF: Encodable {
        var record: String?
        var lookups: Int?
        var addresses: [Address]
        /// `given`, or `this machine`.
        var addressesAre: String
    }

    struct Address: Encodable {
        var address: String
        var result: String
        var mechanism: String?
        var isCovered: Bool
    }

    struct Key: Encodable {
        var selector: String
        var type: String?
        var bits: Int?
        var record: String
    }

    struct DMARC: Encodable {
        var record: String?
        /// Who publishes it.
        var domain: String?
        var policy: String?
    }

    struct Exchange: Encodable {
        var preference: UInt16
        var name: String
    }

    struct Finding: Encodable {
        var severity: String
        var area: String
        var text: String
        var remedy: String?
    }

    var domain: String
    var spf: SPF
    var dkim: [Key]
    var dmarc: DMARC
    var mx: [Exchange]
    /// Areas for which the DNS gave no answer: what is missing there is not known to be so.
    var unanswered: [String]
    /// The worst first.
    var findings: [Finding]

    init(_ report: DomainReport, areOwnAddresses: Bool) {
        domain = report.domain.text
        spf = SPF(
            record: report.spfRecord, lookups: report.spfLookups,
            addresses: report.coverage.map {
                Address(
                    address: $0.address.description, result: $0.result.rawValue, mechanism: $0.mechanism,
                    isCovered: $0.result == .pass)
            }, addressesAre: areOwnAddresses ? "this machine" : "given")
        dkim = report.keys.map {
            Key(selector: $0.selector.text, type: $0.type?.rawValue, bits: $0.bits, record: $0.record)
        }
        dmarc = DMARC(
            record: report.dmarcRecord, domain: report.dmarcDomain?.text, policy: report.dmarcPolicy?.rawValue)
        mx = report.exchanges.map { Exchange(preference: $0.preference, name: $0.name.text) }
        unanswered = DomainReport.Area.allCases.filter(report.unanswered.contains).map(\.rawValue)
        findings = DomainReport.Area.allCases.flatMap { area in report.findings.filter { $0.area == area } }
            .enumerated().sorted { ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset) }
            .map(\.element).map {
                Finding(severity: $0.severity.rawValue, area: $0.area.rawValue, text: $0.text, remedy: $0.remedy)
            }
    }

    // MARK: For people

    var text: String {
        ([visible(domain), ""] + spfLines + dkimLines + dmarcLines + mxLines + [""] + findingLines)
            .joined(separator: "\n")
    }

    private func line(_ name: String, _ value: String) -> String {
        name + String(repeating: " ", count: max(8 - name.count, 1)) + visible(value)
    }

    private func missing(_ area: DomainReport.Area, _ text: String) -> String {
        unanswered.contains(area.rawValue) ? "unknown: the DNS gave no answer" : text
    }

    private var spfLines: [String] {
        var lines = [line("SPF", spf.record ?? missing(.spf, "none that can be used"))]
        if let lookups = spf.lookups, spf.record != nil {
            lines.append(line("", "looks up \(lookups) things; 10 are allowed"))
        }
        let whose = spf.addressesAre == "given" ? "" : ", of this machine"
        lines += spf.addresses.map { address in
            let by = address.mechanism.map { " by \($0)" } ?? ""
            let word = address.isCovered ? "covered" : "not covered: \(address.result)"
            return line("", "\(address.address)\(whose): \(word)\(by)")
        }
        if spf.addresses.isEmpty, spf.record != nil {
            lines.append(
                line(
                    "",
                    "this machine has no public address of its own: name those that send the domain's mail with --ip"))
        }
        return lines
    }

    private var dkimLines: [String] {
        guard !dkim.isEmpty else { return [line("DKIM", missing(.dkim, "no key was found"))] }
        return dkim.enumerated().map { index, key in
            let kind = key.type.map { type in
                type == "rsa" ? key.bits.map { "RSA, \($0) bits" } ?? "RSA" : "Ed25519"
            }
            return line(index == 0 ? "DKIM" : "", "\(key.selector): \(kind ?? "no key that can be used")")
        }
    }

    private var dmarcLines: [String] {
        guard let record = dmarc.record, let policy = dmarc.policy else {
            return [line("DMARC", missing(.dmarc, "none that can be used"))]
        }
        let whose = dmarc.domain == domain ? "" : " (of \(dmarc.domain ?? ""))"
        return [
            line("DMARC", record + whose),
            line("", "mail that fails: \(policy == "none" ? "nothing is asked for" : policy)"),
        ]
    }

    private var mxLines: [String] {
        guard !mx.isEmpty else { return [line("MX", missing(.mx, "none"))] }
        return mx.enumerated().map { index, exchange in
            line(index == 0 ? "MX" : "", "\(exchange.preference) \(exchange.name.isEmpty ? "." : exchange.name)")
        }
    }

    private var findingLines: [String] {
        guard !findings.isEmpty else { return ["Nothing is wrong with what was looked at."] }
        return findings.flatMap { finding in
            ["\(finding.severity): \(finding.area): \(visible(finding.text))"]
                + (finding.remedy.map { ["    " + visible($0)] } ?? [])
        }
    }
}
