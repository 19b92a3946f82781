extension DKIMKeyRecord {
    /// What an operator should know of a record. Errors keep every signature from verifying; the rest can be mended in time.
    package enum Problem: Hashable, Sendable, CustomStringConvertible {
        case error(DKIMKeyRecordError)
        /// No `v=DKIM1`: allowed, and some verifiers want it.
        case noVersion
        /// 1024 bits verify still and can be broken by those with means (RFC 8301 section 3.2).
        case smallKey(bits: Int)
        /// Above 2048 bits: some verifiers stop there (RFC 8301 section 3.2).
        case largeKey(bits: Int)
        /// RSAPublicKey instead of SubjectPublicKeyInfo.
        case bareRSAKey
        case testing
        /// `h=` still names sha1.
        case namesSHA1
        /// `g=`, which RFC 6376 section C.2 took away.
        case hasGranularity

        package var isError: Bool {
            if case .error = self { true } else { false }
        }

        package var description: String {
            switch self {
            case .error(let error): error.description
            case .noVersion: "the record does not start with v=DKIM1"
            case .smallKey(let bits): "an RSA key of \(bits) bits should be replaced by one of 2048"
            case .largeKey(let bits): "not every verifier takes an RSA key of \(bits) bits"
            case .bareRSAKey: "p= is a bare RSAPublicKey, which not every verifier reads"
            case .testing: "t=y: the domain is testing; verifiers may treat its mail as if it were not signed"
            case .namesSHA1: "h= names sha1, which must not be used"
            case .hasGranularity: "g= means nothing any more"
            }
        }
    }

    /// Everything that can be said of a record, errors first.
    package static func problems(of record: [UInt8]) -> [Problem] {
        var problems: [Problem] = []
        do {
            let read = try DKIMKeyRecord(record)
            if case .rsa(_, let bits) = read.key {
                if bits < 2048 { problems.append(.smallKey(bits: bits)) }
                if bits > 2048 { problems.append(.largeKey(bits: bits)) }
            }
            if read.isTest { problems.append(.testing) }
        } catch {
            problems.append(.error(error))
        }
        return problems + mendable(record)
    }

    private static func mendable(_ record: [UInt8]) -> [Problem] {
        record.withUnsafeBufferPointer { bytes in
            guard let tags = try? TagList(bytes) else { return [] }
            var problems: [Problem] = []
            if tags["v"] == nil { problems.append(.noVersion) }
            if let hashes = tags["h"], String(decoding: bytes[hashes.value], as: UTF8.self).contains("sha1") {
                problems.append(.namesSHA1)
            }
            if tags["g"] != nil { problems.append(.hasGranularity) }
            if let key = tags["p"], let der = Base64.decode(bytes[key.value]) {
                var outer = DERReader(der[...])
                if outer.element(.sequence)?.next == .integer { problems.append(.bareRSAKey) }
            }
            return problems
        }
    }
}
