import Crypto
import MailPolicy

/// Verifies one signature whatever field it stands in: time, key, body hash, header hash, in this order, and stops at the
/// first that does not hold (RFC 6376 section 6.1). Where the key cannot be had for now, a body that differs decides all the
/// same: no key could make the signature fit.
struct SignatureCheck {
    /// What came of it, and what was learnt of the key on the way.
    struct Finding {
        var problem: DKIMProblem?
        var keyBits: Int?
        var isTest = false
        var isSecure = false
        var unsignedBodyBytes = 0
    }

    let resolver: any Resolver
    let keys: DKIMKeyCache
    let time: Moment
    /// By how many seconds two clocks may differ.
    let clockSkew: Int
    let trace: ((DKIMStep) -> Void)?

    /// A domain may publish several records at one name; more than these are not tried (RFC 6376 section 6.1.2).
    static let recordCount = 4

    /// - Parameters:
    ///   - body: `nil` for a seal, which covers no body.
    ///   - digest: Of the canonical header. Called at most once.
    func check(
        _ signature: DKIMSignature, body: BodyHashes?, digest: () -> SHA256Digest
    ) async -> Finding {
        var finding = Finding()
        if signature.algorithm == .rsaSHA1 {
            finding.problem = .historicAlgorithm
            return finding
        }
        let now = Int(time.wall / 1000)
        // The time of the signature may be the largest number there is.
        if let expiry = signature.expiresAt, now - clockSkew > expiry {
            finding.problem = .expired(at: expiry)
            return finding
        }
        if let signedAt = signature.signedAt, signedAt > now + clockSkew {
            finding.problem = .fromTheFuture(at: signedAt)
            return finding
        }
        let candidates = await fetchKeys(signature, &finding)
        if candidates.isEmpty { return decidedByBody(signature, body, finding) }
        if let body, let problem = compareBody(signature, body, &finding) {
            finding.problem = problem
            return finding
        }
        let hash = digest()
        for record in candidates where record.key.isValid(signature.signature, for: hash) {
            finding.keyBits = record.key.bits
            finding.isTest = record.isTest
            return finding
        }
        finding.problem = .headerDiffers(keyAt: signature.keyName)
        return finding
    }

    /// What asking for the key again cannot change: the key covers the body's hash, which the body does not have.
    private func decidedByBody(
        _ signature: DKIMSignature, _ body: BodyHashes?, _ finding: Finding
    ) -> Finding {
        guard finding.problem?.result == .temperror, let body else { return finding }
        var decided = finding
        decided.problem = compareBody(signature, body, &decided)
        return decided.problem?.result == .fail ? decided : finding
    }

    /// The keys that may verify the signature; where there is none, the finding says why.
    private func fetchKeys(_ signature: DKIMSignature, _ finding: inout Finding) async -> [DKIMKeyRecord] {
        let name = signature.keyName
        guard name.canBeAsked else {
            finding.problem = .keyNotFound(name)
            return []
        }
        let answer = await resolver.answer(to: Question(name, .txt))
        trace?(.question(name, answer))
        finding.isSecure = answer.isSecure
        switch answer.outcome {
        case .records(let records): return usable(records, signature, name, &finding)
        case .noData, .noSuchName: finding.problem = .keyNotFound(name)
        case .failed(let failure): finding.problem = .keyUnavailable(name, failure)
        }
        return []
    }

    private func usable(
        _ records: [Record], _ signature: DKIMSignature, _ name: DomainName, _ finding: inout Finding
    ) -> [DKIMKeyRecord] {
        var usable: [DKIMKeyRecord] = []
        var problem = DKIMProblem.keyNotFound(name)
        var tried = 0
        for case .text(let bytes) in records where tried < Self.recordCount {
            tried += 1
            switch keys.read(bytes) {
            case .success(let record):
                if let obstacle = Self.obstacle(record, signature, name) {
                    problem = obstacle
                    continue
                }
                // What is known should the signature not fit.
                if usable.isEmpty {
                    finding.keyBits = record.key.bits
                    finding.isTest = record.isTest
                }
                usable.append(record)
            case .failure(let error):
                // A record of something else says less than a key that cannot be used.
                guard problem == .keyNotFound(name) || error.isAboutAKey else { continue }
                problem = .key(error, at: name)
                finding.keyBits = error.bits
            }
        }
        if usable.isEmpty { finding.problem = problem }
        return usable
    }

    private static func obstacle(
        _ record: DKIMKeyRecord, _ signature: DKIMSignature, _ name: DomainName
    ) -> DKIMProblem? {
        if record.key.type != signature.algorithm.keyType {
            return .keyOfOtherType(record.key.type, signature.algorithm, at: name)
        }
        if record.isStrict && signature.auidDomain != signature.domain {
            return .subdomainNotAllowed(signature.auid, at: name)
        }
        return nil
    }

    private func compareBody(
        _ signature: DKIMSignature, _ body: BodyHashes, _ finding: inout Finding
    ) -> DKIMProblem? {
        guard let computed = body[signature.bodyRequest] else { return .bodyNotHashed }
        let isSame = computed.digest.withUnsafeBytes { $0.elementsEqual(signature.bodyHash) }
        trace?(.bodyHash(signature.bodyRequest, expected: signature.bodyHash, computed: Array(computed.digest)))
        if let length = signature.bodyRequest.length {
            if length > computed.bodyLength {
                return .bodyShorterThanSigned(signed: length, bytes: computed.bodyLength)
            }
            finding.unsignedBodyBytes = computed.bodyLength - length
        }
        return isSame ? nil : .bodyDiffers(expected: signature.bodyHash, computed: Array(computed.digest))
    }

    /// The hash of what a message signature covers: the fields of `h=`, then its own.
    func headerDigest(
        _ signature: DKIMSignature, at position: Int, of header: MessageHeader, _ index: HeaderIndex
    ) -> SHA256Digest {
        var canonical = CanonicalHeader(signature.headerCanonicalization)
        canonical.append(index.positions(of: signature.signedNames, in: header, excluding: position), of: header)
        canonical.appendSignature(position, of: header, omitting: signature.signatureRange)
        let digest = canonical.digest()
        trace?(.header(canonical: canonical.withBytes { Array($0) }, digest: Array(digest)))
        return digest
    }
}

extension CanonicalHeader {
    mutating func append(_ positions: [Int], of header: MessageHeader) {
        header.withFields { bytes, _, place in
            for position in positions {
                let (name, value) = place(position)
                append(
                    UnsafeBufferPointer(rebasing: bytes[name.lowerBound..<value.upperBound]), nameCount: name.count)
            }
        }
    }

    /// - Parameter omitted: From the start of the field's value.
    mutating func appendSignature(_ position: Int, of header: MessageHeader, omitting omitted: Range<Int>) {
        header.withFields { bytes, _, place in
            let (name, value) = place(position)
            let offset = name.count + 1
            appendSignature(
                UnsafeBufferPointer(rebasing: bytes[name.lowerBound..<value.upperBound]), nameCount: name.count,
                omitting: omitted.lowerBound + offset..<omitted.upperBound + offset)
        }
    }
}
