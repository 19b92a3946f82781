import Crypto
import CryptoExtras

/// A key to sign with and the record that publishes it.
package struct DKIMKeyPair: Sendable {
    package enum Kind: Hashable, Sendable {
        /// 1024 to 4096 bits, by the eight; 2048 is what every verifier takes.
        case rsa(bits: Int)
        case ed25519
    }

    package let privateKey: DKIMPrivateKey

    package init(_ privateKey: DKIMPrivateKey) {
        self.privateKey = privateKey
    }

    /// Makes a new pair. RSA takes from tenths of a second to seconds.
    package static func generate(_ kind: Kind) throws(DKIMPrivateKeyError) -> DKIMKeyPair {
        switch kind {
        case .ed25519: return DKIMKeyPair(.ed25519(Curve25519.Signing.PrivateKey()))
        case .rsa(let bits):
            if bits < DKIMPublicKey.rsaBits.lowerBound { throw .rsaKeyTooSmall }
            if bits > DKIMPublicKey.rsaBits.upperBound { throw .rsaKeyTooLarge(bits: bits) }
            if bits % 8 != 0 { throw .rsaKeyOfOddSize(bits: bits) }
            do {
                return DKIMKeyPair(.rsa(try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: bits))))
            } catch { throw .badKey }
        }
    }

    /// The text of the TXT record (RFC 6376 section 3.6.1).
    package var recordText: String {
        "v=DKIM1; k=\(privateKey.type.rawValue); p=\(String(base64: privateKey.publicKeyBytes))"
    }

    /// The record as a line of a zone file (RFC 1035 section 5.1), in strings of at most 255 bytes.
    package func zoneFileLine(selector: DomainName, domain: DomainName) -> String {
        let text = Array(recordText.utf8)
        let strings = stride(from: 0, to: text.count, by: 255).map { start in
            // Neither `"` nor `\` occurs in a record text.
            "\"" + String(decoding: text[start..<min(start + 255, text.count)], as: UTF8.self) + "\""
        }
        let data = strings.count == 1 ? strings[0] : "( \(strings.joined(separator: " ")) )"
        return "\(selector)._domainkey.\(domain). IN TXT \(data)"
    }
}
