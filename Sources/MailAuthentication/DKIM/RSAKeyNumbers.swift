/// The size of an RSA public key, read before any cryptography sees it, so that no key can cost more than it may.
///
/// Takes both forms that are published: SubjectPublicKeyInfo (RFC 5280 section 4.1) and RSAPublicKey (RFC 8017 appendix
/// A.1.1), which RFC 6376 names and almost nobody publishes.
struct RSAKeyNumbers {
    var modulus: ArraySlice<UInt8>
    var exponent: ArraySlice<UInt8>

    var bits: Int {
        guard let first = modulus.first else { return 0 }
        return modulus.count * 8 - first.leadingZeroBitCount
    }

    /// An odd number from 3 to 2^33 - 1. Larger ones make verifying dear and nobody has them; even ones and 1 are no key.
    var hasSoundExponent: Bool {
        guard let last = exponent.last, last & 1 == 1, exponent.count <= 5 else { return false }
        let value = exponent.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return value >= 3 && value < 1 << 33
    }

    var hasSoundModulus: Bool { modulus.last.map { $0 & 1 == 1 } ?? false }

    /// - Returns: `nil` for what is no RSA key.
    init?(der: [UInt8]) {
        var outer = DERReader(der[...])
        guard var body = outer.element(.sequence), outer.isAtEnd else { return nil }
        if body.next == .sequence {
            // rsaEncryption, 1.2.840.113549.1.1.1.
            let oid: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
            guard var algorithm = body.element(.sequence), algorithm.element(.objectIdentifier)?.bytes == oid[...],
                var bitString = body.element(.bitString), body.isAtEnd, bitString.bytes.first == 0
            else { return nil }
            bitString.bytes.removeFirst()
            guard let key = bitString.element(.sequence), bitString.isAtEnd else { return nil }
            body = key
        }
        guard let modulus = body.element(.integer)?.unsignedInteger,
            let exponent = body.element(.integer)?.unsignedInteger, body.isAtEnd
        else { return nil }
        self.modulus = modulus
        self.exponent = exponent
    }
}

/// Reads DER (X.690), as far as keys need it.
struct DERReader {
    enum Tag: UInt8 {
        case integer = 0x02
        case bitString = 0x03
        case octetString = 0x04
        case objectIdentifier = 0x06
        case sequence = 0x30
    }

    var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { bytes.isEmpty }
    var next: Tag? { bytes.first.flatMap(Tag.init(rawValue:)) }

    /// The contents of the next element if it has that tag.
    mutating func element(_ tag: Tag) -> DERReader? {
        guard next == tag, bytes.count >= 2 else { return nil }
        var rest = bytes.dropFirst()
        guard let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard 1...3 ~= count, rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard rest.count >= length else { return nil }
        bytes = rest.dropFirst(length)
        return DERReader(rest.prefix(length))
    }

    /// The bytes of an INTEGER that is not negative, without leading zeros.
    var unsignedInteger: ArraySlice<UInt8>? {
        guard let first = bytes.first, first & 0x80 == 0 else { return nil }
        return bytes.drop { $0 == 0 }
    }
}
