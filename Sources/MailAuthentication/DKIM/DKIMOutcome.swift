import Crypto

/// The result of one signature as RFC 8601 section 2.7.1 spells it.
package enum DKIMResult: String, Hashable, Sendable {
    /// The message is not signed. No single signature has it.
    case none
    case pass
    case fail
    /// It verifies or might, but this verifier does not take it.
    case policy
    /// It could not be read or is of a kind that is not known.
    case neutral
    case temperror
    case permerror
}

/// What came of one signature.
package struct DKIMOutcome: Sendable {
    package var result: DKIMResult
    /// Why, unless it passed.
    package var problem: DKIMProblem?
    /// The position of the signature in the header; `nil` for what stands for several that were not checked.
    package var position: Int?
    /// `d=`, `s=`, `i=` and `a=`; `nil` where the signature could not be read.
    package var domain: DomainName?
    package var selector: DomainName?
    package var auid: String?
    package var algorithm: DKIMAlgorithm?
    /// The first eight characters of `b=`, to tell signatures of one domain apart (`header.b`, RFC 6008).
    package var signatureStart: String?
    /// Of the key that verified, or that was refused for its size.
    package var keyBits: Int?
    /// The key's record says `t=y`.
    package var isTest = false
    /// The key's record was validated with DNSSEC.
    package var isSecure = false
    /// Bytes of the canonical body behind `l=`, which nobody has signed.
    package var unsignedBodyBytes = 0

    /// The problem as text.
    package var reason: String? { problem?.description }

    init(_ problem: DKIMProblem?, position: Int?) {
        result = problem?.result ?? .pass
        self.problem = problem
        self.position = position
    }
}

/// Why a signature did not pass.
package enum DKIMProblem: Hashable, Sendable {
    case signature(DKIMSignatureError)
    /// rsa-sha1 (RFC 8301 section 3.1).
    case historicAlgorithm
    /// There were so many more signatures than are checked of one message.
    case notChecked(count: Int)
    /// Fields of the message were dropped, so that what was signed is not known.
    case headerNotComplete
    /// The body's hash was not asked for before the body came.
    case bodyNotHashed
    /// Seconds since 1970.
    case expired(at: Int)
    case fromTheFuture(at: Int)
    case keyNotFound(DomainName)
    case keyUnavailable(DomainName, ResolverFailure)
    case key(DKIMKeyRecordError, at: DomainName)
    case keyOfOtherType(DKIMKeyType, DKIMAlgorithm, at: DomainName)
    /// The key's `t=s` and an `i=` below `d=`.
    case subdomainNotAllowed(String, at: DomainName)
    case bodyShorterThanSigned(signed: Int, bytes: Int)
    case bodyDiffers(expected: [UInt8], computed: [UInt8])
    case headerDiffers(keyAt: DomainName)

    /// What cannot be read is neutral; what was read and can never verify is a permanent error; what the RFC leaves to the
    /// verifier (RFC 6376 sections 3.5 and 6.1.1: "MAY") is policy.
    package var result: DKIMResult {
        switch self {
        case .signature(.fromNotSigned), .signature(.identityOutsideDomain), .signature(.expiresBeforeSigned):
            .permerror
        case .signature, .headerNotComplete: .neutral
        case .notChecked, .expired, .fromTheFuture: .policy
        case .keyUnavailable, .bodyNotHashed: .temperror
        case .historicAlgorithm, .keyNotFound, .key, .keyOfOtherType, .subdomainNotAllowed: .permerror
        case .bodyShorterThanSigned, .bodyDiffers, .headerDiffers: .fail
        }
    }
}

extension DKIMProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .signature(let error): error.description
        case .historicAlgorithm: "rsa-sha1 must not be trusted any more (RFC 8301)"
        case .notChecked(let count): "\(count) more signatures were not checked"
        case .headerNotComplete: "the header is larger than what is kept of one"
        case .bodyNotHashed: "the body was not hashed for this signature"
        case .expired(let time): "the signature expired at \(time)"
        case .fromTheFuture(let time): "the signature is from the future (t=\(time))"
        case .keyNotFound(let name): "no key at \(name)"
        case .keyUnavailable(let name, let failure): "the key at \(name) could not be had: \(failure)"
        case .key(let error, let name): "key at \(name): \(error)"
        case .keyOfOtherType(let type, let algorithm, let name):
            "the key at \(name) is \(type.rawValue), the signature \(algorithm.rawValue)"
        case .subdomainNotAllowed(let auid, let name):
            "the key at \(name) is not for subdomains (t=s), i=\(auid.quoted) is one"
        case .bodyShorterThanSigned(let signed, let bytes): "l=\(signed) is more than the body's \(bytes) bytes"
        case .bodyDiffers(let expected, let computed):
            "body hash differs: signed \(String(base64: expected)), computed \(String(base64: computed))"
        case .headerDiffers(let name): "the signature does not fit the header with the key at \(name)"
        }
    }
}

extension String {
    init(base64 bytes: some Sequence<UInt8>) {
        self.init(decoding: Base64.encode(bytes), as: UTF8.self)
    }
}

/// One step of a check, for those who want to see how a result came about.
package enum DKIMStep: Sendable {
    /// A signature was read, at that position of the header.
    case signature(DKIMSignature, position: Int)
    case question(DomainName, Answer)
    case bodyHash(BodyHasher.Request, expected: [UInt8], computed: [UInt8])
    /// The canonical header that was hashed, as the signature wants it.
    case header(canonical: [UInt8], digest: [UInt8])
}

extension DKIMStep: CustomStringConvertible {
    package var description: String {
        switch self {
        case .signature(let signature, let position):
            "field \(position): \(signature.algorithm.rawValue) by \(signature.domain), selector \(signature.selector)"
        case .question(let name, let answer): "TXT \(name): \(answer.text)"
        case .bodyHash(let request, let expected, let computed):
            "body hash (\(request.canonicalization.rawValue)\(request.length.map { ", l=\($0)" } ?? "")): "
                + (expected == computed
                    ? "\(String(base64: computed)), as signed"
                    : "signed \(String(base64: expected)), computed \(String(base64: computed))")
        case .header(let canonical, let digest):
            "header hash \(String(base64: digest)) over \(canonical.count) bytes"
        }
    }
}

extension Answer {
    fileprivate var text: String {
        switch outcome {
        case .records(let records):
            records.map { record in
                if case .text(let bytes) = record { String(decoding: bytes, as: UTF8.self).quotedRecord } else { "?" }
            }.joined(separator: ", ")
        case .noData: "no such record"
        case .noSuchName: "no such name"
        case .failed(let failure): failure.description
        }
    }
}

extension String {
    fileprivate var quotedRecord: String {
        "\"" + String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 ? "?" : $0 })) + "\""
    }
}
