import MailPolicy

/// All methods together on one message: SPF for both identities, Sender ID, DKIM, ARC, and DMARC on what they found.
///
/// ```swift
/// var reading = check.read(header)
/// reading.hasher.update(chunk)
/// let outcome = await check.finish(reading, envelope, at: now)
/// let field = AuthenticationResultsWriter().write(authservID: "mx.example.org", results: outcome.results)
/// ```
package struct MessageCheck: Sendable {
    private let spf: SPFCheck
    private let dkim: DKIMVerifier
    private let arc: ARCValidator
    private let dmarc: DMARCCheck

    /// - Parameters:
    ///   - receiver: This host's name, for SPF's explanations.
    ///   - records: Of SPF; may be shared.
    ///   - keys: May be shared.
    package init(
        resolver: any Resolver, receiver: String,
        records: SPFRecordCache = SPFRecordCache(records: 10_000, bytes: 16 << 20),
        keys: DKIMKeyCache = DKIMKeyCache(), organizationalDomainRule: DMARCCheck.OrganizationalDomainRule = .treeWalk
    ) {
        spf = SPFCheck(resolver: resolver, records: records, receiver: receiver)
        dkim = DKIMVerifier(resolver: resolver, keys: keys)
        arc = ARCValidator(resolver: resolver, keys: keys)
        dmarc = DMARCCheck(resolver: resolver, organizationalDomainRule: organizationalDomainRule)
    }

    /// Who handed the message in, and under which sender.
    package struct Envelope: Sendable {
        package var client: SPFClient
        /// Without angle brackets; empty for the null reverse-path.
        package var mailFrom: String

        package init(client: SPFClient, mailFrom: String) {
            self.client = client
            self.mailFrom = mailFrom
        }
    }

    /// A header that was read, and what is to hash the body that follows.
    package struct Reading: Sendable {
        let header: MessageHeader
        let signatures: DKIMSignatures
        package let chain: ARCChain
        package var hasher: BodyHasher
    }

    package func read(_ header: MessageHeader) -> Reading {
        var hasher = BodyHasher()
        let signatures = dkim.read(header, into: &hasher)
        let chain = arc.read(header, into: &hasher)
        return Reading(header: header, signatures: signatures, chain: chain, hasher: hasher)
    }

    /// - Parameters:
    ///   - other: A resolver to ask for this message alone.
    ///   - trace: Whether each method tells its steps.
    package func finish(
        _ reading: Reading, _ envelope: Envelope, at time: Moment, asking other: (any Resolver)? = nil,
        trace: Bool = false
    ) async -> MessageOutcome {
        let client = envelope.client
        let body = reading.hasher.finish()
        var steps = MessageOutcome.Steps()
        let helo = await spf.check(.helo, client: client, time: time, asking: other, trace: trace)
        let mailFrom = await spf.check(
            .mailFrom(envelope.mailFrom), client: client, time: time, asking: other, trace: trace)
        let senderID = await spf.checkSenderID(
            of: reading.header, client: client, time: time, asking: other, trace: trace)
        let signatures = await dkim.verify(
            reading.signatures, of: reading.header, body: body, at: time, asking: other,
            trace: trace ? { steps.dkim.append($0.description) } : nil)
        let chain = await arc.validate(
            reading.chain, of: reading.header, body: body, at: time, asking: other,
            trace: trace ? { steps.arc.append($0.description) } : nil)
        let message = Self.message(reading.header, mailFrom, signatures)
        let policy = await dmarc.check(message, asking: other, trace: trace)
        return MessageOutcome(
            helo: helo, mailFrom: mailFrom, isNullSender: envelope.mailFrom.isEmpty, senderID: senderID,
            signatures: signatures, chain: chain, policy: policy, authors: message.authors,
            isHeaderComplete: reading.header.isComplete, steps: steps)
    }

    private static func message(
        _ header: MessageHeader, _ mailFrom: SPFOutcome, _ signatures: [DKIMOutcome]
    ) -> DMARCMessage {
        let fields = header.positions(of: "from")
        var message = DMARCMessage(
            authors: [], spf: mailFrom.domain.text.isEmpty ? nil : DMARCIdentifier(mailFrom),
            dkim: signatures.compactMap(DMARCIdentifier.init),
            fromFields: max(fields.count + header.droppedFromFields, 1))
        if header.droppedFromFields > 0 {
            message.authorProblem = MailboxError(kind: .tooLong, offset: Mailbox.maximumBytes)
        }
        for field in fields {
            let value = header[field].value
            do {
                message.authors += try Mailbox.parse(fieldValue: value, skipsNames: true).map(\.domain)
            } catch  where error.kind != .noMailbox {
                message.authorProblem = error
                message.authors += Mailbox.domains(namedIn: value)
            } catch {}
        }
        return message
    }
}

extension DMARCIdentifier {
    fileprivate init(_ outcome: SPFOutcome) {
        switch outcome.result {
        case .pass: self.init(outcome.domain, .pass)
        case .temperror: self.init(outcome.domain, .temperror)
        case .none, .neutral, .fail, .softfail, .permerror: self.init(outcome.domain, .fail)
        }
    }

    fileprivate init?(_ outcome: DKIMOutcome) {
        guard let domain = outcome.domain else { return nil }
        switch outcome.result {
        case .pass: self.init(domain, .pass)
        case .temperror: self.init(domain, .temperror)
        case .none, .fail, .policy, .neutral, .permerror: self.init(domain, .fail)
        }
    }
}
