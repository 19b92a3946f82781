import MailPolicy

/// Signs the messages of one domain, once with each of its keys (RFC 6376 section 5, RFC 8463 section 3).
///
/// First ``prepare(_:)``, then the body goes through the hasher, then ``sign(_:body:at:)``.
package struct DKIMSigner: Sendable {
    package struct Key: Sendable {
        package var selector: DomainName
        package var privateKey: DKIMPrivateKey

        package init(selector: DomainName, privateKey: DKIMPrivateKey) {
            self.selector = selector
            self.privateKey = privateKey
        }
    }

    package struct Settings: Sendable {
        package var headerCanonicalization = Canonicalization.relaxed
        package var bodyCanonicalization = Canonicalization.relaxed
        /// Names that are signed as often as they occur (RFC 6376 section 5.4.1), in lower case.
        package var signedFields = Self.signedFieldsByDefault
        /// Of these, the ones that are signed once more than they occur, so that none can be added (section 8.15).
        package var overSignedFields = Self.overSignedFieldsByDefault
        /// Seconds until a signature expires (`x=`); `nil` for never.
        package var lifetime: Int?
        /// `i=`; `nil` leaves it out, which means `@` and the domain.
        package var auid: String?
        /// Characters of a line at most.
        package var lineWidth = 78

        package static let signedFieldsByDefault = [
            "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
            "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id",
            "content-description", "resent-date", "resent-from", "resent-sender", "resent-to", "resent-cc",
            "resent-message-id", "list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post",
            "list-subscribe", "list-post", "list-owner", "list-archive", "feedback-id", "autocrypt",
        ]
        /// Not Sender, which a mailing list adds that otherwise hands mail on as it is: its readers should find it signed.
        package static let overSignedFieldsByDefault = [
            "from", "reply-to", "to", "cc", "subject", "date", "message-id", "mime-version",
            "content-type", "content-transfer-encoding",
        ]

        package init() {}
    }

    package let domain: DomainName
    package let keys: [Key]
    private let settings: Settings
    private let overSigned: Set<String>

    package init(domain: DomainName, keys: [Key], settings: Settings = Settings()) {
        self.domain = domain
        self.keys = keys
        self.settings = settings
        overSigned = Set(settings.overSignedFields)
    }

    private var bodyRequest: BodyHasher.Request { BodyHasher.Request(settings.bodyCanonicalization) }

    /// Asks for the hash of the body that the signatures need.
    package func prepare(_ hasher: inout BodyHasher) {
        hasher.request(bodyRequest)
    }

    /// The values of the DKIM-Signature fields to put above the header, one a key in the order of the keys. Each starts with
    /// the space behind the colon, has CRLF folds and no CRLF at its end.
    ///
    /// - Throws: ``DKIMSigningError``; then nothing is signed.
    package func sign(
        _ header: MessageHeader, body: BodyHashes, at time: Moment
    ) throws(DKIMSigningError) -> [[UInt8]] {
        guard header.isComplete else { throw .headerNotComplete }
        let index = HeaderIndex(header)
        let names = Self.names(settings.signedFields, overSigned, in: header, index)
        guard !index.positions(named: "from", in: header).isEmpty else { throw .noFrom }
        guard let bodyHash = body[bodyRequest] else { throw .bodyNotHashed }
        let hashText = Base64.encode(bodyHash.digest)
        var values: [[UInt8]] = []
        for key in keys {
            var tags = FoldedTags(nameCount: Self.fieldName.count, width: settings.lineWidth)
            tags.append("v", "1")
            writeTags(&tags, key, Int(time.wall / 1000))
            tags.append("h", names: names)
            tags.append("bh", hashText)
            values.append(
                try tags.signed(
                    Self.fieldName, with: key.privateKey, settings.headerCanonicalization,
                    after: index.positions(of: names, in: header), of: header))
        }
        return values
    }

    static let fieldName = Array("DKIM-Signature".utf8)

    private func writeTags(_ tags: inout FoldedTags, _ key: Key, _ now: Int) {
        tags.append("a", key.privateKey.algorithm.rawValue)
        tags.append("c", "\(settings.headerCanonicalization.rawValue)/\(settings.bodyCanonicalization.rawValue)")
        tags.append("d", domain.text)
        tags.append("s", key.selector.text)
        if let auid = settings.auid { tags.append("i", auid) }
        tags.append("t", String(now))
        if let lifetime = settings.lifetime { tags.append("x", String(now + lifetime)) }
    }

    /// What `h=` lists: each field as often as it occurs, and once more where none may be added.
    static func names(
        _ fields: [String], _ overSigned: Set<String>, in header: MessageHeader, _ index: HeaderIndex
    ) -> SignedNames {
        var names = SignedNames()
        for field in fields {
            let count = index.count(named: field, in: header) + (overSigned.contains(field) ? 1 : 0)
            for _ in 0..<count { names.append(field.utf8) }
        }
        return names
    }
}

extension FoldedTags {
    /// The whole value with `b=` over the given fields and over itself (RFC 6376 section 3.7).
    consuming func signed(
        _ fieldName: [UInt8], with key: DKIMPrivateKey, _ canonicalization: Canonicalization, after positions: [Int],
        of header: MessageHeader
    ) throws(DKIMSigningError) -> [UInt8] {
        var canonical = CanonicalHeader(canonicalization)
        canonical.append(positions, of: header)
        return try signed(fieldName, with: key, after: canonical)
    }

    /// - Parameter canonical: What the signature covers but for its own field.
    consuming func signed(
        _ fieldName: [UInt8], with key: DKIMPrivateKey, after canonical: consuming CanonicalHeader
    ) throws(DKIMSigningError) -> [UInt8] {
        open("b")
        let field = fieldName + [UInt8(ascii: ":")] + bytes
        field.withUnsafeBufferPointer {
            canonical.appendSignature($0, nameCount: fieldName.count, omitting: field.count..<field.count)
        }
        close(Base64.encode(try key.signature(for: canonical.digest())))
        return bytes
    }
}

/// Why a message was not signed.
package enum DKIMSigningError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From must be signed (RFC 6376 section 5.4).
    case noFrom
    case headerNotComplete
    case bodyNotHashed
    case keyDoesNotSign

    package var description: String {
        switch self {
        case .noFrom: "the message has no From, which must be signed"
        case .headerNotComplete: "the header is larger than what is kept of one"
        case .bodyNotHashed: "the body was not hashed for the signature"
        case .keyDoesNotSign: "the key does not sign"
        }
    }
}
