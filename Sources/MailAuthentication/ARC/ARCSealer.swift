import MailPolicy

/// The three fields of a new ARC Set: the values, each starting with the space behind the colon, with CRLF folds and no CRLF
/// at the end. The seal goes to the top, then the message signature, then the results.
package struct ARCFields: Sendable {
    package var instance: Int
    /// ARC-Seal.
    package var seal: [UInt8]
    /// ARC-Message-Signature.
    package var messageSignature: [UInt8]
    /// ARC-Authentication-Results.
    package var authenticationResults: [UInt8]
}

/// Adds an ARC Set to messages that are forwarded (RFC 8617 section 5.1).
///
/// First ``prepare(_:)``, then the body goes through the hasher, then ``seal(_:chain:outcome:authenticationResults:body:at:)``.
package struct ARCSealer: Sendable {
    package struct Settings: Sendable {
        package var headerCanonicalization = Canonicalization.relaxed
        package var bodyCanonicalization = Canonicalization.relaxed
        /// In lower case. ARC's own fields and Authentication-Results must not be among them (RFC 8617 section 4.1.2).
        package var signedFields = DKIMSigner.Settings.signedFieldsByDefault + ["dkim-signature"]
        package var lineWidth = 78

        package init() {}
    }

    package let domain: DomainName
    private let key: DKIMSigner.Key
    private let settings: Settings

    package init(domain: DomainName, key: DKIMSigner.Key, settings: Settings = Settings()) {
        self.domain = domain
        self.key = key
        self.settings = settings
    }

    private var bodyRequest: BodyHasher.Request { BodyHasher.Request(settings.bodyCanonicalization) }

    /// Asks for the hash of the body that the message signature needs.
    package func prepare(_ hasher: inout BodyHasher) {
        hasher.request(bodyRequest)
    }

    /// - Parameters:
    ///   - header: The message as it is passed on, but for the new set.
    ///   - chain: What was read of the same header.
    ///   - outcome: What validating it gave; it becomes `cv=`.
    ///   - results: The value of the Authentication-Results field that says what this host found, from the authserv-id on.
    /// - Throws: ``ARCSealingError``; then the message goes on without a new set.
    package func seal(
        _ header: MessageHeader, chain: ARCChain, outcome: ARCOutcome, authenticationResults results: [UInt8],
        body: BodyHashes, at time: Moment
    ) throws(ARCSealingError) -> ARCFields {
        guard header.isComplete else { throw .signing(.headerNotComplete) }
        let instance = chain.newest + 1
        guard instance <= ARCChain.instanceCount else { throw .chainIsFull }
        if case .alreadyFailed = outcome.problem { throw .chainHasFailed }
        if outcome.problem?.isTemporary == true { throw .chainUnknown }
        guard let results = Self.folded(results) else { throw .badResults }

        let resultsValue = Array(" i=\(instance); ".utf8) + results
        do throws(DKIMSigningError) {
            let message = try messageSignature(header, chain.index, instance, body, time)
            // A seal of a broken chain covers its own set alone (section 5.1.2).
            var canonical = CanonicalHeader(.relaxed)
            if outcome.result == .pass { canonical.append(chain.positions(upTo: chain.newest), of: header) }
            canonical.append(Self.resultsName, value: resultsValue)
            canonical.append(Self.messageName, value: message)
            var tags = FoldedTags(nameCount: Self.sealName.count, width: settings.lineWidth)
            tags.append("i", String(instance))
            tags.append("a", key.privateKey.algorithm.rawValue)
            tags.append("cv", outcome.result.rawValue)
            tags.append("d", domain.text)
            tags.append("s", key.selector.text)
            tags.append("t", String(time.wall / 1000))
            let seal = try tags.signed(Self.sealName, with: key.privateKey, after: canonical)
            return ARCFields(
                instance: instance, seal: seal, messageSignature: message, authenticationResults: resultsValue)
        } catch { throw .signing(error) }
    }

    private static let sealName = Array("ARC-Seal".utf8)
    private static let messageName = Array("ARC-Message-Signature".utf8)
    private static let resultsName = Array("ARC-Authentication-Results".utf8)

    private func messageSignature(
        _ header: MessageHeader, _ index: HeaderIndex, _ instance: Int, _ body: BodyHashes, _ time: Moment
    ) throws(DKIMSigningError) -> [UInt8] {
        let names = DKIMSigner.names(settings.signedFields, [], in: header, index)
        guard names.contains("from") else { throw .noFrom }
        guard let bodyHash = body[bodyRequest] else { throw .bodyNotHashed }
        var tags = FoldedTags(nameCount: Self.messageName.count, width: settings.lineWidth)
        tags.append("i", String(instance))
        tags.append("a", key.privateKey.algorithm.rawValue)
        tags.append("c", "\(settings.headerCanonicalization.rawValue)/\(settings.bodyCanonicalization.rawValue)")
        tags.append("d", domain.text)
        tags.append("s", key.selector.text)
        tags.append("t", String(time.wall / 1000))
        tags.append("h", names: names)
        tags.append("bh", Base64.encode(bodyHash.digest))
        return try tags.signed(
            Self.messageName, with: key.privateKey, settings.headerCanonicalization,
            after: index.positions(of: names, in: header), of: header)
    }

    /// Without white space at the ends and with CRLF folds.
    /// - Returns: `nil` if it is empty, or a line end in it is no fold.
    private static func folded(_ value: [UInt8]) -> [UInt8]? {
        let inner = value.drop { $0.isFoldingSpace }.reversed().drop { $0.isFoldingSpace }.reversed()
        var folded: [UInt8] = []
        folded.reserveCapacity(inner.count + 16)
        var isAfterLineEnd = false
        for byte in inner where byte != 0x0D {
            guard byte != 0, !isAfterLineEnd || byte.isBlank else { return nil }
            isAfterLineEnd = byte == 0x0A
            if isAfterLineEnd { folded.append(0x0D) }
            folded.append(byte)
        }
        return folded.isEmpty ? nil : folded
    }
}

extension CanonicalHeader {
    /// A field that is not in the header yet.
    fileprivate mutating func append(_ name: [UInt8], value: [UInt8]) {
        let field = name + [UInt8(ascii: ":")] + value
        field.withUnsafeBufferPointer { append($0, nameCount: name.count) }
    }
}

/// Why a message was not sealed.
package enum ARCSealingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing is added to a chain whose newest seal says `fail` (RFC 8617 section 5.1.1).
    case chainHasFailed
    case chainIsFull
    /// The chain could not be validated for now; what is sealed as failed stays so for ever.
    case chainUnknown
    case badResults
    case signing(DKIMSigningError)

    package var description: String {
        switch self {
        case .chainHasFailed: "the chain was sealed as failed before"
        case .chainIsFull: "the chain has \(ARCChain.instanceCount) sets already"
        case .chainUnknown: "the chain could not be validated for now"
        case .badResults: "the results to seal are empty or have a line end that is no fold"
        case .signing(let error): error.description
        }
    }
}
