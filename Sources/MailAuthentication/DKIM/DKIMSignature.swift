/// One DKIM-Signature (RFC 6376 section 3.5), ARC-Message-Signature or ARC-Seal (RFC 8617 sections 4.1.2 and 4.1.3), read.
package struct DKIMSignature: Sendable {
    /// What the field is; the three share most of their tags.
    enum Kind: Sendable {
        case dkim
        case arcMessage
        case arcSeal
    }

    package var algorithm: DKIMAlgorithm
    /// `d=`.
    package var domain: DomainName
    /// `s=`.
    package var selector: DomainName
    /// `i=`, or `@` and the domain where there is none. Empty in ARC, whose `i=` is the instance.
    package var auid: String
    /// What stands behind the last `@` of ``auid``.
    package var auidDomain: DomainName
    package var headerCanonicalization: Canonicalization
    /// What is to be hashed of the body.
    package var bodyRequest: BodyHasher.Request
    /// `bh=`; empty in a seal.
    package var bodyHash: [UInt8]
    /// `b=`.
    package var signature: [UInt8]
    /// `t=` and `x=`, seconds since 1970; `Int.max` for what is later than that.
    package var signedAt: Int?
    package var expiresAt: Int?

    /// `h=`; empty in a seal.
    var signedNames: SignedNames
    /// Where what `b=` says stands, from the start of the field's value.
    var signatureRange: Range<Int>
    /// `cv=` of a seal.
    var chainStatus: ARCStatus?

    /// Whether an ARC-Message-Signature covers what it must not (RFC 8617 section 4.1.2).
    var coversSeals: Bool { signedNames.contains("arc-seal") }

    /// Where the key is published (RFC 6376 section 3.6.2.1).
    package var keyName: DomainName { DomainName("\(selector)._domainkey.\(domain)") }

    /// Reads what stands behind the colon.
    package init(_ value: ArraySlice<UInt8>) throws(DKIMSignatureError) {
        self = try Self.read(value, as: .dkim)
    }

    init(_ value: ArraySlice<UInt8>, as kind: Kind) throws(DKIMSignatureError) {
        self = try Self.read(value, as: kind)
    }

    private static func read(_ value: ArraySlice<UInt8>, as kind: Kind) throws(DKIMSignatureError) -> DKIMSignature {
        // The closure's result carries the error, since it cannot throw a typed one.
        try value.withUnsafeBufferPointer { bytes in
            Result<DKIMSignature, DKIMSignatureError> { () throws(DKIMSignatureError) in
                try DKIMSignature(SignatureTags(bytes), kind)
            }
        }.get()
    }

    private init(_ tags: SignatureTags, _ kind: Kind) throws(DKIMSignatureError) {
        if kind == .dkim {
            let version = try tags.required("v", "v")
            guard version.elementsEqual("1".utf8) else { throw .unknownVersion(tags.text(version)) }
        }
        let algorithmText = try tags.required("a", "a")
        guard let algorithm = DKIMAlgorithm(rawValue: tags.lowercasedText(algorithmText)) else {
            throw .unknownAlgorithm(tags.text(algorithmText))
        }
        self.algorithm = algorithm
        domain = try tags.domain("d", "d", labels: 2)
        selector = try tags.domain("s", "s", labels: 1)
        signature = try tags.base64("b", "b")
        signatureRange = tags.whole("b")
        signedAt = try tags.number("t", "t")
        auid = ""
        auidDomain = domain
        headerCanonicalization = .relaxed
        bodyRequest = BodyHasher.Request(.relaxed)
        bodyHash = []
        signedNames = SignedNames()

        if kind == .arcSeal {
            if tags["h"] != nil { throw .notAllowed("h") }
            let status = try tags.required("cv", "cv")
            guard let known = ARCStatus(rawValue: tags.lowercasedText(status)) else {
                throw .unknownChainStatus(tags.text(status))
            }
            chainStatus = known
            return
        }

        try readBody(tags)
        guard let names = SignedNames(parsing: try tags.required("h", "h")) else { throw .badSignedNames }
        guard names.contains("from") else { throw .fromNotSigned }
        signedNames = names
        expiresAt = try tags.number("x", "x")
        if let signedAt, let expiresAt, expiresAt < signedAt { throw .expiresBeforeSigned }
        if let methods = tags["q"] {
            let isDNS = methods.split(separator: UInt8(ascii: ":")).contains {
                tags.lowercasedText(UnsafeBufferPointer(rebasing: $0)).filter { !" \t\r\n".contains($0) } == "dns/txt"
            }
            guard isDNS else { throw .unknownQueryMethod(tags.text(methods)) }
        }
        if kind == .dkim { try readIdentity(tags) }
    }

    private mutating func readBody(_ tags: SignatureTags) throws(DKIMSignatureError) {
        headerCanonicalization = .simple
        var bodyCanonicalization = Canonicalization.simple
        if let value = tags["c"] {
            let parts = tags.lowercasedText(value).split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let ofHeader = Canonicalization(rawValue: String(parts[0])),
                let ofBody = parts.count == 1 ? .simple : Canonicalization(rawValue: String(parts[1]))
            else { throw .unknownCanonicalization(tags.text(value)) }
            headerCanonicalization = ofHeader
            bodyCanonicalization = ofBody
        }
        bodyRequest = BodyHasher.Request(bodyCanonicalization, length: try tags.number("l", "l"))
        bodyHash = try tags.base64("bh", "bh")
        // Of any algorithm that can still verify; rsa-sha1 is told apart first of all.
        guard algorithm == .rsaSHA1 || bodyHash.count == 32 else { throw .badBodyHashLength(bytes: bodyHash.count) }
    }

    /// The domain of `i=` is that of `d=` or lies below it (RFC 6376 section 3.5).
    private mutating func readIdentity(_ tags: SignatureTags) throws(DKIMSignatureError) {
        guard let value = tags["i"] else {
            auid = "@" + domain.text
            return
        }
        auid = tags.text(value)
        guard let at = value.lastIndex(of: UInt8(ascii: "@")) else { throw .badIdentity(auid) }
        auidDomain = DomainName(tags.text(UnsafeBufferPointer(rebasing: value[(at + 1)...])))
        guard auidDomain.isWithin(domain) else { throw .identityOutsideDomain(auid, domain) }
    }
}

/// The tags of one signature over the bytes that they stand in.
private struct SignatureTags {
    let bytes: UnsafeBufferPointer<UInt8>
    let list: TagList

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(DKIMSignatureError) {
        self.bytes = bytes
        do { list = try TagList(bytes) } catch { throw .malformed(error) }
    }

    subscript(name: TagList.Name) -> UnsafeBufferPointer<UInt8>? {
        guard let tag = list[name] else { return nil }
        return UnsafeBufferPointer(rebasing: bytes[tag.value])
    }

    func required(_ name: TagList.Name, _ text: StaticString) throws(DKIMSignatureError) -> UnsafeBufferPointer<UInt8> {
        guard let value = self[name] else { throw .missing(text.description) }
        if value.isEmpty { throw .empty(text.description) }
        return value
    }

    func whole(_ name: TagList.Name) -> Range<Int> { list[name]?.whole ?? 0..<0 }

    func base64(_ name: TagList.Name, _ text: StaticString) throws(DKIMSignatureError) -> [UInt8] {
        guard let decoded = Base64.decode(try required(name, text)), !decoded.isEmpty else {
            throw .badBase64(text.description)
        }
        return decoded
    }

    /// Decimal digits, as many as `l=` may have, zeros in front among them (RFC 6376 section 3.5: `1*76DIGIT`).
    ///
    /// Of `t=` and `x=` the grammar has 12, but the text says what longer ones are: they may be taken for infinite.
    ///
    /// - Returns: The largest number there is for one that is larger: no body is so long, and no time so late.
    func number(_ name: TagList.Name, _ text: StaticString) throws(DKIMSignatureError) -> Int? {
        guard let value = self[name] else { return nil }
        guard 1...76 ~= value.count, value.allSatisfy(\.isDigit) else { throw .badNumber(text.description) }
        return value.reduce(0) { number, byte in
            let (tens, isOver) = number.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            return isOver || isOverToo ? .max : sum
        }
    }

    func domain(_ name: TagList.Name, _ text: StaticString, labels: Int) throws(DKIMSignatureError) -> DomainName {
        let value = try required(name, text)
        let isPlain = value.allSatisfy {
            $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
                || $0 == UInt8(ascii: "_") || $0 >= 0x80
        }
        let domain = DomainName(self.text(value))
        let dots = value.count(where: { $0 == UInt8(ascii: ".") })
        guard isPlain, value.last != UInt8(ascii: "."), dots + 1 >= labels, domain.canBeAsked else {
            throw .badDomain(text.description, self.text(value))
        }
        return domain
    }

    func text(_ value: UnsafeBufferPointer<UInt8>) -> String { String(decoding: value, as: UTF8.self) }

    func lowercasedText(_ value: UnsafeBufferPointer<UInt8>) -> String {
        guard value.contains(where: { $0 != $0.lowercased }) else { return text(value) }
        return String(decoding: value.map(\.lowercased), as: UTF8.self)
    }
}

/// Why a field is no signature that can be verified.
package enum DKIMSignatureError: Error, Hashable, Sendable {
    case malformed(TagListError)
    case missing(String)
    case empty(String)
    /// A tag that this field must not have.
    case notAllowed(String)
    case unknownVersion(String)
    case unknownAlgorithm(String)
    case unknownCanonicalization(String)
    case unknownQueryMethod(String)
    case unknownChainStatus(String)
    case badBase64(String)
    case badNumber(String)
    case badDomain(String, String)
    case badBodyHashLength(bytes: Int)
    case badSignedNames
    case badIdentity(String)
    case identityOutsideDomain(String, DomainName)
    case fromNotSigned
    case expiresBeforeSigned
}

extension DKIMSignatureError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let error): "the signature is no tag list: \(error)"
        case .missing(let tag): "the signature has no \(tag)="
        case .empty(let tag): "\(tag)= is empty"
        case .notAllowed(let tag): "\(tag)= is not allowed there"
        case .unknownVersion(let text): "version \(text.quoted) is not known"
        case .unknownAlgorithm(let text): "algorithm \(text.quoted) is not known"
        case .unknownCanonicalization(let text): "canonicalization \(text.quoted) is not known"
        case .unknownQueryMethod(let text): "no query method in \(text.quoted) is known"
        case .unknownChainStatus(let text): "cv=\(text.quoted) is neither none, pass nor fail"
        case .badBase64(let tag): "\(tag)= is no base64"
        case .badNumber(let tag): "\(tag)= is no number"
        case .badDomain(let tag, let text): "\(tag)=\(text.quoted) is no domain name"
        case .badBodyHashLength(let bytes): "bh= has \(bytes) bytes where SHA-256 has 32"
        case .badSignedNames: "h= is no list of field names"
        case .badIdentity(let text): "i=\(text.quoted) has no @"
        case .identityOutsideDomain(let text, let domain): "i=\(text.quoted) is not within d=\(domain)"
        case .fromNotSigned: "h= does not cover From"
        case .expiresBeforeSigned: "x= is before t="
        }
    }
}

extension String {
    /// What came from outside as it may stand in a reason: without control characters, cut after 80 characters.
    var quoted: String {
        var plain = ""
        for scalar in unicodeScalars.prefix(80) {
            plain.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "?" : scalar)
        }
        return unicodeScalars.count > 80 ? "\"\(plain)…\"" : "\"\(plain)\""
    }
}
