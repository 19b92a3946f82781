import MailPolicy

/// SPF (RFC 7208), and Sender ID in its own file.
///
/// A check asks at most ``SPFLimit/questions`` questions. How long an answer may take is the resolver's to bound.
///
///     let check = SPFCheck(resolver: resolver, records: SPFRecordCache(records: 10_000, bytes: 16 << 20), receiver: "mx.example.net")
///     let outcome = await check.check(.mailFrom("taro@example.org"), client: client, time: now)
package struct SPFCheck: Sendable {
    let resolver: any Resolver
    let records: SPFRecordCache
    let receiver: String

    /// - Parameters:
    ///   - records: May be shared by all checks.
    ///   - receiver: This host's name, for `%{r}` in explanations; `unknown` stands there if it is empty.
    package init(resolver: any Resolver, records: SPFRecordCache, receiver: String) {
        self.resolver = resolver
        self.records = records
        self.receiver = receiver
    }

    /// - Parameters:
    ///   - time: For `%{t}` in explanations.
    ///   - other: A resolver to ask for this check alone.
    ///   - trace: Whether to write down each step, which costs more than the check.
    package func check(
        _ identity: SPFIdentity, client: SPFClient, time: Moment, asking other: (any Resolver)? = nil,
        trace: Bool = false
    ) async -> SPFOutcome {
        switch identity {
        case .mailFrom(let path):
            await run(
                .mailFrom, of: Self.address(ofPath: path, helo: client.helo), .spf, client: client, time: time,
                asking: other, trace: trace)
        case .helo:
            await run(.helo, of: (nil, client.helo), .spf, client: client, time: time, asking: other, trace: trace)
        }
    }

    /// The parts of a reverse-path (RFC 7208 section 2.4). The local part is `nil` where there is none.
    static func address(ofPath path: String, helo: String) -> (localPart: String?, domain: String) {
        guard !path.isEmpty else { return (nil, helo) }
        var bytes = path.utf8[...]
        // An old route before the address (RFC 5321 section 4.1.2, A-d-l) leads nowhere.
        if bytes.first == UInt8(ascii: "@"), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            bytes = bytes[bytes.index(after: colon)...]
        }
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return (String(Substring(bytes)), "") }
        let localPart = String(Substring(bytes[..<at]))
        return (localPart.isEmpty ? nil : localPart, String(Substring(bytes[bytes.index(after: at)...])))
    }

    func run(
        _ identity: CheckedIdentity, of address: (localPart: String?, domain: String), _ selection: RecordSelection,
        client: SPFClient, time: Moment, asking other: (any Resolver)?, trace: Bool, firstStep: SPFStep.Event? = nil
    ) async -> SPFOutcome {
        // What publishes a record publishes it under A-labels (RFC 8616 section 4).
        let domain = DomainName(address.domain).withALabels
        let localPart = address.localPart ?? "postmaster"
        var outcome = SPFOutcome(result: .none, identity: identity, domain: domain, localPart: localPart)
        var evaluation = SPFEvaluation(
            subject: SPFEvaluation.Subject(
                client: client, localPart: localPart, senderDomain: domain, receiver: receiver, time: time,
                selection: selection),
            resolver: other ?? resolver, records: records, trace: trace ? SPFEvaluation.Trace() : nil)
        if let firstStep { evaluation.note(firstStep) }
        do throws(SPFProblem) {
            guard domain.canBeChecked else { throw SPFProblem.noDomain(address.domain) }
            guard let finding = try await evaluation.finding(for: domain) else {
                throw SPFProblem.noRecordPublished(domain)
            }
            outcome.result = finding.result
            outcome.mechanism = finding.term?.text
            outcome.recordName = finding.recordName
            if finding.result == .fail { outcome.explanation = await evaluation.explanation(for: finding) }
        } catch {
            let isMissingDomain = if case .noSuchDomain = error { true } else { false }
            outcome.result = isMissingDomain ? .fail : error.result
            outcome.cause = error
            evaluation.depth = 0
            evaluation.note(.problem(error.description))
        }
        outcome.trace = evaluation.trace?.steps ?? []
        return outcome
    }
}
