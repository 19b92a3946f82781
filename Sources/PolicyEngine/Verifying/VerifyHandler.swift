import MailAuthentication
import MailPolicy
import PostfixProtocols

/// Verifies one message. Of its body it keeps nothing but hashes.
final class VerifyHandler: MilterMessageHandler {
    private let verifier: Verifier
    private let service: VerifyService
    private let sender: [UInt8]
    /// `nil` where the mail server does not say, or itself is it.
    private let client: IPAddress?
    private let helo: String
    private let login: [UInt8]
    /// One of our own hosts: what it hands back this host may have judged before.
    private let isOwnHost: Bool
    private var firstRecipient: [UInt8] = []
    private var recipients = 0
    private var isToBeSealed = false
    private var header = MessageHeader()
    private var forged: ForgedFields
    private var reading: MessageCheck.Reading?

    init(
        _ verifier: Verifier, _ service: VerifyService, sender: [UInt8], _ connection: MilterConnection, login: [UInt8]
    ) {
        self.verifier = verifier
        self.service = service
        self.sender = sender
        self.login = login
        if case .address(let address, port: _) = connection.client { client = address } else { client = nil }
        isOwnHost = login.isEmpty && client.map(verifier.ownHosts.contain) ?? false
        helo = String(decoding: connection.helo ?? [], as: UTF8.self)
        forged = ForgedFields(authservID: verifier.authservID)
    }

    /// Who has logged in, is one of ours, or is the mail server itself has no domain to prove.
    private var isChecked: Bool { client != nil && login.isEmpty && !isOwnHost }

    // MARK: As it comes

    func recipient(_ path: MilterPath, macros: MilterMacros) {
        if recipients == 0 { firstRecipient = path.address }
        recipients += 1
        if !isToBeSealed, let sealing = verifier.sealing { isToBeSealed = sealing.covers(path.address) }
    }

    func header(name: Span<UInt8>, value: Span<UInt8>) {
        if !isOwnHost { forged.look(at: name, value) }
        guard isChecked else { return }
        name.withUnsafeBufferPointer { name in
            value.withUnsafeBufferPointer { header.append(name: name, value: $0) }
        }
    }

    func longHeader(name: Span<UInt8>, length: Int) {
        if !isOwnHost { forged.look(atLong: name) }
        name.withUnsafeBufferPointer { header.dropField(name: $0) }
    }

    func endOfHeader(macros: MilterMacros) {
        if isChecked { reading = read() }
    }

    private func read() -> MessageCheck.Reading {
        var reading = verifier.check.read(header)
        if isToBeSealed { verifier.sealing?.sealer.prepare(&reading.hasher) }
        return reading
    }

    func body(_ piece: Span<UInt8>) {
        reading?.hasher.update(piece.bytes)
    }

    // MARK: The verdict

    nonisolated(nonsending) func verdict(macros: MilterMacros) async -> MilterVerdict {
        if forged.isTooMany { return .tooManyForgedFields }
        var verdict = MilterVerdict(changes: forged.removals)
        guard let client, isChecked else {
            if !login.isEmpty { verdict.insertResults(results([.authenticated(as: login)])) }
            return verdict
        }
        let now = service.now
        // Without the end of the header there was no body either.
        let reading = reading ?? read()
        let outcome = await verifier.check.finish(
            reading,
            MessageCheck.Envelope(
                client: SPFClient(address: client, helo: helo), mailFrom: String(decoding: sender, as: UTF8.self)),
            at: now, asking: verifier.resolver())
        service.count(outcome, source: client, at: now)
        let envelope = MessageEnvelope(
            sender: sender, recipient: firstRecipient, recipientCount: recipients,
            queueID: macros["i"].map { Array($0) } ?? [])
        switch service.judge(outcome, source: client, envelope) {
        case .refuse(let refusal): return MilterVerdict(.refuse(refusal))
        case .hold(let text):
            verdict.quarantine = text
            verdict.insert(ForgedFields.markName, Self.mark(outcome.policy))
        case .mark: verdict.insert(ForgedFields.markName, Self.mark(outcome.policy))
        case .pass: break
        }
        let results = results(outcome.results)
        verdict.insertResults(results)
        if isToBeSealed { seal(reading, outcome, results, at: now, in: &verdict) }
        return verdict
    }

    private func results(_ results: [MethodResult]) -> String {
        AuthenticationResultsWriter(lineEnding: .lf).write(authservID: verifier.authservID, results: results)
    }

    /// `fail; policy=reject; domain=example.org`, for filters that read no Authentication-Results.
    private static func mark(_ policy: DMARCOutcome) -> String {
        let mark = "\(policy.result.rawValue); policy=\(policy.requestedPolicy.rawValue)"
        return policy.isDisowned ? mark + "; domain=\(policy.author?.text ?? "")" : mark
    }

    private func seal(
        _ reading: MessageCheck.Reading, _ outcome: MessageOutcome, _ results: String, at now: Moment,
        in verdict: inout MilterVerdict
    ) {
        guard let sealer = verifier.sealing?.sealer else { return }
        do {
            let fields = try sealer.seal(
                header, chain: reading.chain, outcome: outcome.chain, authenticationResults: Array(results.utf8),
                body: reading.hasher.finish(), at: now)
            verdict.insert("ARC-Authentication-Results", fields.authenticationResults)
            verdict.insert("ARC-Message-Signature", fields.messageSignature)
            verdict.insert("ARC-Seal", fields.seal)
        } catch {
            service.complainOfSealing(error)
        }
    }
}

extension MilterVerdict {
    /// Puts a field on top of the header.
    mutating func insert(_ name: String, _ value: [UInt8]) {
        changes.append(.insert(index: 0, name: Array(name.utf8), value: value))
    }

    fileprivate mutating func insert(_ name: [UInt8], _ value: String) {
        changes.append(.insert(index: 0, name: name, value: Array(" \(value)".utf8)))
    }

    fileprivate mutating func insertResults(_ value: String) {
        insert(Array(AuthenticationResultsWriter.fieldName.utf8), value)
    }
}

extension MethodResult {
    /// SMTP AUTH (RFC 8601 section 2.7.4).
    fileprivate static func authenticated(as login: [UInt8]) -> MethodResult {
        MethodResult(
            method: "auth", result: "pass",
            properties: [Property("smtp", "auth", String(decoding: login, as: UTF8.self))])
    }
}
