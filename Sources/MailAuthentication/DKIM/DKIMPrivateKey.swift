import Crypto
import CryptoExtras

/// A key to sign with. It is never printed by itself.
package enum DKIMPrivateKey: Sendable {
    case rsa(_RSA.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)

    /// Reads PKCS#8 (`BEGIN PRIVATE KEY`) of either type, or PKCS#1 (`BEGIN RSA PRIVATE KEY`).
    package init(pem: String) throws(DKIMPrivateKeyError) {
        guard pem.utf8.count <= 64 << 10, let (label, text) = PEM.firstBlock(in: pem) else { throw .noPEM }
        switch label {
        case "PRIVATE KEY", "RSA PRIVATE KEY": break
        case "ENCRYPTED PRIVATE KEY": throw .encrypted
        case "PUBLIC KEY", "RSA PUBLIC KEY": throw .publicKey
        default: throw .notAKey(label: label)
        }
        // An old PKCS#1 file says inside of the block that it is encrypted (RFC 1421 section 4.6.1).
        if text.starts(with: "Proc-Type:".utf8) { throw .encrypted }
        guard let der = Base64.decode(text) else { throw .badBase64 }
        if label == "PRIVATE KEY", let seed = try Self.ed25519Seed(der) {
            try self.init(ed25519Seed: seed)
        } else {
            try self.init(rsa: der)
        }
    }

    /// - Parameter seed: The 32 bytes of the private key (RFC 8032 section 5.1.5).
    package init(ed25519Seed seed: [UInt8]) throws(DKIMPrivateKeyError) {
        do {
            self = .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: seed))
        } catch { throw .badKey }
    }

    private init(rsa der: [UInt8]) throws(DKIMPrivateKeyError) {
        let key: _RSA.Signing.PrivateKey
        do {
            key = try _RSA.Signing.PrivateKey(unsafeDERRepresentation: der)
        } catch CryptoKitError.incorrectParameterSize {
            throw .rsaKeyTooSmall
        } catch {
            // Also what it does not read for its size.
            throw .badKey
        }
        guard key.keySizeInBits <= DKIMPublicKey.rsaBits.upperBound else {
            throw .rsaKeyTooLarge(bits: key.keySizeInBits)
        }
        self = .rsa(key)
    }

    /// What stands before the seed in PKCS#8 of an Ed25519 key (RFC 8410 section 7): version 0, id-Ed25519, and an OCTET
    /// STRING in an OCTET STRING.
    private static let ed25519Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// The seed if it is an Ed25519 key, `nil` if it is RSA.
    private static func ed25519Seed(_ der: [UInt8]) throws(DKIMPrivateKeyError) -> [UInt8]? {
        var outer = DERReader(der[...])
        guard var body = outer.element(.sequence), body.element(.integer) != nil,
            var algorithm = body.element(.sequence), let oid = algorithm.element(.objectIdentifier),
            var key = body.element(.octetString)
        else { throw .badKey }
        switch Array(oid.bytes) {
        case [0x2B, 0x65, 0x70]:
            guard let seed = key.element(.octetString), seed.bytes.count == 32 else { throw .badKey }
            return Array(seed.bytes)
        case [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]: return nil
        default: throw .otherKeyType
        }
    }

    /// PKCS#8.
    package var pem: String {
        switch self {
        case .rsa(let key): PEM.block("PRIVATE KEY", key.pkcs8DERRepresentation)
        case .ed25519(let key): PEM.block("PRIVATE KEY", Self.ed25519Prefix + Array(key.rawRepresentation))
        }
    }

    package var type: DKIMKeyType {
        switch self {
        case .rsa: .rsa
        case .ed25519: .ed25519
        }
    }

    package var algorithm: DKIMAlgorithm {
        switch self {
        case .rsa: .rsaSHA256
        case .ed25519: .ed25519SHA256
        }
    }

    package var bits: Int {
        switch self {
        case .rsa(let key): key.keySizeInBits
        case .ed25519: 256
        }
    }

    /// What `p=` of its record says.
    var publicKeyBytes: [UInt8] {
        switch self {
        case .rsa(let key): Array(key.publicKey.derRepresentation)
        case .ed25519(let key): Array(key.publicKey.rawRepresentation)
        }
    }

    func signature(for digest: SHA256Digest) throws(DKIMSigningError) -> [UInt8] {
        do {
            switch self {
            case .rsa(let key):
                return Array(try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
            case .ed25519(let key):
                return Array(try key.signature(for: digest.withUnsafeBytes { Array($0) }))
            }
        } catch { throw .keyDoesNotSign }
    }
}

extension DKIMPrivateKey: Equatable {
    package static func == (one: Self, other: Self) -> Bool {
        one.type == other.type && one.publicKeyBytes == other.publicKeyBytes
    }
}

/// Why a text gives no key to sign with.
package enum DKIMPrivateKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    case noPEM
    case encrypted
    case publicKey
    case notAKey(label: String)
    case badBase64
    case otherKeyType
    case badKey
    case rsaKeyTooSmall
    case rsaKeyTooLarge(bits: Int)
    case rsaKeyOfOddSize(bits: Int)

    package var description: String {
        switch self {
        case .noPEM: "there is no PEM block (-----BEGIN PRIVATE KEY----- … -----END PRIVATE KEY-----)"
        case .encrypted: "the key is encrypted; store it without a passphrase, readable by the engine's user alone"
        case .publicKey: "this is the public key; the private one is needed to sign"
        case .notAKey(let label): "a PEM block with \(label.quoted) is no private key"
        case .badBase64: "the PEM block is no base64"
        case .otherKeyType: "the key is neither RSA nor Ed25519"
        case .badKey: "the PEM block holds no key that can be read"
        case .rsaKeyTooSmall: "an RSA key below 1024 bits verifies nowhere (RFC 8301)"
        case .rsaKeyTooLarge(let bits): "an RSA key of \(bits) bits is more than verifiers take (4096)"
        case .rsaKeyOfOddSize(let bits): "\(bits) is no multiple of 8; write 2048"
        }
    }
}
