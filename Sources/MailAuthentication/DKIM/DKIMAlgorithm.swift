/// A signature's `a=` (RFC 6376 section 3.3, RFC 8463 section 3).
package enum DKIMAlgorithm: String, Hashable, Sendable {
    case rsaSHA256 = "rsa-sha256"
    case ed25519SHA256 = "ed25519-sha256"
    /// Read so that it can be named; it must not verify any more (RFC 8301 section 3.1).
    case rsaSHA1 = "rsa-sha1"

    var keyType: DKIMKeyType { self == .ed25519SHA256 ? .ed25519 : .rsa }
}

/// A key record's `k=` (RFC 6376 section 3.6.1, RFC 8463 section 4).
package enum DKIMKeyType: String, Hashable, Sendable {
    case rsa
    case ed25519
}
