import MailPolicy

/// Verifies the DKIM signatures of messages (RFC 6376 section 6, RFC 8301, RFC 8463).
///
/// First ``read(_:into:)`` when the header has ended, then the body goes through the hasher, then
/// ``verify(_:of:body:at:asking:trace:)``:
///
///     var hasher = BodyHasher()
///     let signatures = verifier.read(header, into: &hasher)
///     hasher.update(chunk)
///     let outcomes = await verifier.verify(signatures, of: header, body: hasher.finish(), at: now)
package struct DKIMVerifier: Sendable {
    package struct Settings: Sendable {
        /// Signatures of one message that are checked, from the top; the rest are said as not checked.
        package var signatures = 10
        /// Seconds by which the signer's clock may differ from ours.
        package var clockSkew = 300

        package init() {}
    }

    private let resolver: any Resolver
    private let keys: DKIMKeyCache
    private let settings: Settings

    package init(resolver: any Resolver, keys: DKIMKeyCache = DKIMKeyCache(), settings: Settings = Settings()) {
        self.resolver = resolver
        self.keys = keys
        self.settings = settings
    }

    /// Reads the signatures of a header and asks for the hashes of the body that they need.
    package func read(_ header: MessageHeader, into hasher: inout BodyHasher) -> DKIMSignatures {
        let index = HeaderIndex(header)
        let positions = index.positions(named: "dkim-signature", in: header)
        var entries: [DKIMSignatures.Entry] = []
        for position in positions.prefix(settings.signatures) {
            let value = header[position].value
            let signature = Result { () throws(DKIMSignatureError) in try DKIMSignature(value) }
            if case .success(let signature) = signature, signature.algorithm != .rsaSHA1 {
                hasher.request(signature.bodyRequest)
            }
            entries.append(.init(position: position, signature: signature))
        }
        return DKIMSignatures(entries: entries, notChecked: positions.count - entries.count, index: index)
    }

    /// Verifies what was read, one outcome a signature in the header's order. Without signatures there is no outcome: the
    /// result for the message is `none`.
    ///
    /// - Parameters:
    ///   - header: The same header that was read.
    ///   - body: Of the hasher that the signatures were read into.
    ///   - time: Its ``Moment/wall`` is compared with `t=` and `x=`.
    ///   - other: A resolver to ask for this message alone.
    ///   - trace: Is told each step.
    package func verify(
        _ signatures: DKIMSignatures, of header: MessageHeader, body: BodyHashes, at time: Moment,
        asking other: (any Resolver)? = nil, trace: ((DKIMStep) -> Void)? = nil
    ) async -> [DKIMOutcome] {
        let check = SignatureCheck(
            resolver: other ?? resolver, keys: keys, time: time, clockSkew: settings.clockSkew, trace: trace)
        var outcomes: [DKIMOutcome] = []
        outcomes.reserveCapacity(signatures.entries.count + 1)
        for entry in signatures.entries {
            switch entry.signature {
            case .failure(let error):
                outcomes.append(DKIMOutcome(.signature(error), position: entry.position))
            case .success(let signature):
                trace?(.signature(signature, position: entry.position))
                let finding =
                    header.isComplete
                    ? await check.check(signature, body: body) {
                        check.headerDigest(signature, at: entry.position, of: header, signatures.index)
                    } : SignatureCheck.Finding(problem: .headerNotComplete)
                outcomes.append(DKIMOutcome(signature, finding, position: entry.position))
            }
        }
        if signatures.notChecked > 0 {
            outcomes.append(DKIMOutcome(.notChecked(count: signatures.notChecked), position: nil))
        }
        return outcomes
    }
}

/// The signatures of one message, read and not yet verified.
package struct DKIMSignatures: Sendable {
    struct Entry: Sendable {
        var position: Int
        var signature: Result<DKIMSignature, DKIMSignatureError>
    }

    let entries: [Entry]
    /// Signatures beyond the bound.
    package let notChecked: Int
    let index: HeaderIndex

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }
}

extension DKIMOutcome {
    init(_ signature: DKIMSignature, _ finding: SignatureCheck.Finding, position: Int) {
        self.init(finding.problem, position: position)
        domain = signature.domain
        selector = signature.selector
        auid = signature.auid
        algorithm = signature.algorithm
        signatureStart = String(base64: signature.signature.prefix(6))
        keyBits = finding.keyBits
        isTest = finding.isTest
        isSecure = finding.isSecure
        unsignedBodyBytes = finding.unsignedBodyBytes
    }
}
