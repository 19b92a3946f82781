import Crypto
import CryptoExtras

/// What a domain publishes at `SELECTOR._domainkey.DOMAIN` (RFC 6376 section 3.6.1), read, with its key ready for use.
package struct DKIMKeyRecord: Sendable {
    package var key: DKIMPublicKey
    /// `t=y`: the domain is testing.
    package var isTest: Bool
    /// `t=s`: the domain of `i=` must be that of `d=`.
    package var isStrict: Bool
    /// `n=`.
    package var notes: String?

    /// A record of a key with 16,384 bits still fits, so that it can be named.
    package static let byteCount = 4096

    package init(_ record: [UInt8]) throws(DKIMKeyRecordError) {
        guard record.count <= Self.byteCount else { throw .tooLong(bytes: record.count) }
        self = try record.withUnsafeBufferPointer { bytes in
            Result<DKIMKeyRecord, DKIMKeyRecordError> { () throws(DKIMKeyRecordError) in
                try DKIMKeyRecord(KeyTags(bytes))
            }
        }.get()
    }

    private init(_ tags: KeyTags) throws(DKIMKeyRecordError) {
        if let version = tags["v"] {
            guard version == "DKIM1" else { throw .unknownVersion(version) }
            guard tags.isFirst("v") else { throw .versionNotFirst }
        }
        let typeText = tags["k"] ?? "rsa"
        guard let type = DKIMKeyType(rawValue: typeText) else { throw .unknownKeyType(typeText) }
        if let hashes = tags.items("h"), !hashes.contains("sha256") { throw .hashNotAllowed }
        if let services = tags.items("s"), !services.contains("*"), !services.contains("email") {
            throw .notForMail
        }
        guard let text = tags["p"] else { throw .noKey }
        if text.isEmpty { throw .revoked }
        guard let bytes = Base64.decode(text.utf8) else { throw .badBase64 }
        key = try DKIMPublicKey(type, bytes)
        let flags = tags.items("t") ?? []
        isTest = flags.contains("y")
        isStrict = flags.contains("s")
        notes = tags["n"]
    }
}

/// The tags of a record as text. Key records are read once and kept, so that this need not be fast.
private struct KeyTags {
    let bytes: UnsafeBufferPointer<UInt8>
    let list: TagList

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(DKIMKeyRecordError) {
        self.bytes = bytes
        do { list = try TagList(bytes) } catch { throw .malformed(error) }
    }

    subscript(name: TagList.Name) -> String? {
        list[name].map { String(decoding: bytes[$0.value], as: UTF8.self) }
    }

    func isFirst(_ name: TagList.Name) -> Bool { list.tags.first?.name == name }

    /// A list with colons between its items; nothing of white space counts.
    func items(_ name: TagList.Name) -> [String]? {
        self[name]?.split(separator: ":", omittingEmptySubsequences: false).map { item in
            String(decoding: item.utf8.filter { !$0.isFoldingSpace }, as: UTF8.self)
        }
    }
}

/// A public key of one of the two types.
package enum DKIMPublicKey: Sendable {
    case rsa(_RSA.Signing.PublicKey, bits: Int)
    case ed25519(Curve25519.Signing.PublicKey)

    /// RSA keys that verify (RFC 8301 section 3.2).
    package static let rsaBits = 1024...4096

    package var type: DKIMKeyType {
        switch self {
        case .rsa: .rsa
        case .ed25519: .ed25519
        }
    }

    package var bits: Int {
        switch self {
        case .rsa(_, let bits): bits
        case .ed25519: 256
        }
    }

    /// - Parameter bytes: What `p=` holds: DER for RSA, the 32 bytes of the key for Ed25519 (RFC 8463 section 4).
    init(_ type: DKIMKeyType, _ bytes: [UInt8]) throws(DKIMKeyRecordError) {
        switch type {
        case .ed25519:
            guard bytes.count == 32 else { throw .badEd25519Key(bytes: bytes.count) }
            do {
                self = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: bytes))
            } catch { throw .badEd25519Key(bytes: bytes.count) }
        case .rsa:
            guard let numbers = RSAKeyNumbers(der: bytes) else { throw .noRSAKey }
            // First the size: the key is not computed with before it is known to be small.
            if numbers.bits < Self.rsaBits.lowerBound { throw .rsaKeyTooSmall(bits: numbers.bits) }
            if numbers.bits > Self.rsaBits.upperBound { throw .rsaKeyTooLarge(bits: numbers.bits) }
            guard numbers.hasSoundExponent else { throw .badRSAExponent }
            guard numbers.hasSoundModulus else { throw .noRSAKey }
            do {
                self = .rsa(try _RSA.Signing.PublicKey(unsafeDERRepresentation: bytes), bits: numbers.bits)
            } catch { throw .noRSAKey }
        }
    }

    /// RSASSA-PKCS1-v1_5 over the hash (RFC 6376 section 3.3), PureEdDSA over its bytes (RFC 8463 section 3).
    func isValid(_ signature: [UInt8], for digest: SHA256Digest) -> Bool {
        switch self {
        case .rsa(let key, _):
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest, padding: .insecurePKCS1v1_5)
        case .ed25519(let key):
            signature.count == 64 && digest.withUnsafeBytes { key.isValidSignature(signature, for: Array($0)) }
        }
    }
}

/// Why a record gives no key. Each is a permanent error of the signatures that name it.
package enum DKIMKeyRecordError: Error, Hashable, Sendable {
    case tooLong(bytes: Int)
    case malformed(TagListError)
    case unknownVersion(String)
    case versionNotFirst
    case unknownKeyType(String)
    /// `h=` without sha256.
    case hashNotAllowed
    /// `s=` with neither `*` nor `email`.
    case notForMail
    /// No `p=`.
    case noKey
    /// `p=` is empty.
    case revoked
    case badBase64
    case noRSAKey
    case badRSAExponent
    case badEd25519Key(bytes: Int)
    case rsaKeyTooSmall(bits: Int)
    case rsaKeyTooLarge(bits: Int)

    /// Of a key that is refused for its size.
    var bits: Int? {
        switch self {
        case .rsaKeyTooSmall(let bits), .rsaKeyTooLarge(let bits): bits
        default: nil
        }
    }

    /// Whether it is a DKIM key record at all, as far as can be told: others may stand at the same name.
    var isAboutAKey: Bool {
        switch self {
        case .tooLong, .malformed, .unknownVersion, .noKey: false
        default: true
        }
    }
}

extension DKIMKeyRecordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let bytes): "the record has \(bytes) bytes, more than \(DKIMKeyRecord.byteCount)"
        case .malformed(let error): "the record is no tag list: \(error)"
        case .unknownVersion(let text): "the record's version \(text.quoted) is not DKIM1"
        case .versionNotFirst: "v= is not the record's first tag"
        case .unknownKeyType(let text): "key type \(text.quoted) is not known"
        case .hashNotAllowed: "the record's h= does not allow sha256"
        case .notForMail: "the record's s= does not allow email"
        case .noKey: "the record has no p="
        case .revoked: "the key is revoked (p= is empty)"
        case .badBase64: "p= is no base64"
        case .noRSAKey: "p= is no RSA public key"
        case .badRSAExponent: "the RSA key's exponent is even, 1 or above 2^33"
        case .badEd25519Key(let bytes): "p= has \(bytes) bytes and is no Ed25519 public key, which has 32"
        case .rsaKeyTooSmall(let bits): "an RSA key of \(bits) bits is too small (RFC 8301: 1024 at least)"
        case .rsaKeyTooLarge(let bits): "an RSA key of \(bits) bits is too large (4096 at most)"
        }
    }
}
