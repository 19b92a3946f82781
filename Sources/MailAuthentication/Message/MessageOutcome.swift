/// What all methods found of one message.
package struct MessageOutcome: Sendable {
    /// Steps as text, of those methods whose outcomes do not hold their own.
    package struct Steps: Sendable {
        package var dkim: [String] = []
        package var arc: [String] = []
    }

    package var helo: SPFOutcome
    package var mailFrom: SPFOutcome
    /// MAIL FROM was empty, so that it was the HELO name that was checked for it (RFC 7208 section 2.4).
    package var isNullSender: Bool
    package var senderID: SPFOutcome
    /// One a signature; empty where there is none.
    package var signatures: [DKIMOutcome]
    package var chain: ARCOutcome
    package var policy: DMARCOutcome
    /// The domains in From.
    package var authors: [DomainName]
    /// Whether all fields of the header were read. If not, a signature or a seal that was not found may be among the
    /// others.
    package var isHeaderComplete: Bool
    package var steps: Steps

    /// What one method found, and how.
    package struct Finding: Sendable {
        package var result: MethodResult
        /// Empty if they were not asked for. Those of all signatures stand with the first: they share look-ups.
        package var steps: [String]
        /// Where it is SPF's.
        package var spf: SPFOutcome?
    }

    /// In the order in which they were found.
    package var findings: [Finding] {
        var findings: [Finding] = []
        // For the null sender the same name was checked twice.
        if !isNullSender { findings.append(Finding(result: MethodResult(helo), steps: helo.steps, spf: helo)) }
        findings.append(
            Finding(
                result: MethodResult(mailFrom, isNullSender: isNullSender), steps: mailFrom.steps, spf: mailFrom))
        findings.append(Finding(result: MethodResult(senderID: senderID), steps: senderID.steps))
        let signed =
            signatures.isEmpty
            ? [tellingWhatWasNotRead(MethodResult(method: "dkim", result: "none"))]
            : signatures.map { MethodResult($0) }
        for (index, result) in signed.enumerated() {
            findings.append(Finding(result: result, steps: index == 0 ? steps.dkim : []))
        }
        findings.append(Finding(result: tellingWhatWasNotRead(MethodResult(chain)), steps: steps.arc))
        findings.append(Finding(result: MethodResult(policy), steps: policy.trace.map(\.description)))
        return findings
    }

    /// A result of `none` with its reason, where it is no more than that nothing was seen.
    private func tellingWhatWasNotRead(_ result: MethodResult) -> MethodResult {
        guard !isHeaderComplete, result.result == "none" else { return result }
        var result = result
        result.reason = "not all header fields were read: \(DKIMProblem.headerNotComplete)"
        return result
    }

    /// As one Authentication-Results field has them.
    package var results: [MethodResult] { findings.map(\.result) }
}

extension SPFOutcome {
    fileprivate var steps: [String] { trace.map(\.description) }
}

extension MethodResult {
    /// `spf=fail reason="..." smtp.mailfrom=taro@example.org` (RFC 8601 section 2.7.2).
    package init(_ outcome: SPFOutcome, isNullSender: Bool = false) {
        self.init(method: "spf", result: outcome.result.rawValue)
        reason = outcome.problem ?? outcome.explanation
        comment = outcome.mechanism
        switch outcome.identity {
        case .helo: properties = [Property("smtp", "helo", outcome.domain.text)]
        case .mailFrom, .responsible:
            properties = [
                isNullSender
                    ? Property("smtp", "helo", outcome.domain.text) : Property("smtp", "mailfrom", outcome.sender)
            ]
        }
    }

    /// `sender-id=pass header.from=taro@example.org` (RFC 8601 section 2.7.8).
    package init(senderID outcome: SPFOutcome) {
        self.init(method: "sender-id", result: outcome.result.rawValue)
        reason = outcome.problem
        comment = outcome.mechanism
        if case .responsible(let field?) = outcome.identity, !outcome.domain.text.isEmpty {
            properties = [Property("header", field.rawValue.lowercased(), outcome.sender)]
        }
    }

    /// `dkim=pass header.d=example.org header.s=s1 header.a=rsa-sha256 header.b=abcdefgh` (RFC 8601 section 2.7.1, RFC 6008).
    package init(_ outcome: DKIMOutcome) {
        self.init(method: "dkim", result: outcome.result.rawValue)
        reason = outcome.reason
        var words: [String] = []
        if let bits = outcome.keyBits { words.append("\(bits) bits") }
        if outcome.isTest { words.append("testing") }
        if outcome.unsignedBodyBytes > 0 { words.append("\(outcome.unsignedBodyBytes) bytes of body not signed") }
        if !words.isEmpty { comment = words.joined(separator: ", ") }
        let values = [
            ("d", outcome.domain?.text), ("i", outcome.auid), ("s", outcome.selector?.text),
            ("a", outcome.algorithm?.rawValue), ("b", outcome.signatureStart),
        ]
        properties = values.compactMap { name, value in value.map { Property("header", name, $0) } }
    }

    /// `arc=pass` with who sealed (RFC 8617 section 5.2); a DNS that does not answer is the `temperror` that it is for the
    /// others.
    package init(_ outcome: ARCOutcome) {
        self.init(method: "arc", result: outcome.isUndecided ? "temperror" : outcome.result.rawValue)
        reason = outcome.reason
        if outcome.newest > 0 { comment = "i=\(outcome.newest)" }
        if let sealer = outcome.sealers.last { properties = [Property("header", "d", sealer.text)] }
    }
}
