import MailPolicy

@testable import MailAuthentication

enum DKIMTarget {
    static func check(_ bytes: [UInt8]) async throws {
        var cuts = Cuts(bytes)
        let texts = cuts.texts(4)
        readKeys(texts[0])
        try readBase64(texts[0])
        for text in texts.prefix(3) { _ = try? DKIMSignature(text[...], as: .arcSeal) }
        _ = MessageTarget.addresses(of: texts[2])

        var header = MessageHeader()
        header.append(name: "From".utf8, value: " a@example.org".utf8)
        header.append(name: "DKIM-Signature".utf8, value: texts[1])
        header.append(name: "Subject".utf8, value: texts[2])
        header.append(name: "dkim-signature".utf8, value: texts[3])
        let verifier = DKIMVerifier(resolver: TableResolver([texts[0]]))
        var hasher = BodyHasher()
        let signatures = verifier.read(header, into: &hasher)
        hasher.update(texts[2])
        let body = hasher.finish()
        let outcomes = await verifier.verify(signatures, of: header, body: body, at: Moment(1_795_496_400_000)) {
            step in
            _ = step.description
        }
        try require(outcomes.count == 2, "\(outcomes.count) outcomes of two signatures")
        // Nobody here has a key that made them.
        try require(outcomes.allSatisfy { $0.result != .pass }, "a signature out of nothing verifies")
        for outcome in outcomes {
            _ = AuthenticationResultsWriter().write(authservID: "a", results: [MethodResult(outcome)])
        }
    }

    private static func readKeys(_ text: [UInt8]) {
        _ = try? DKIMKeyRecord(text)
        _ = RSAKeyNumbers(der: text)
        _ = try? DKIMPrivateKey(pem: String(decoding: text, as: UTF8.self))
        if let der = Base64.decode(text) {
            _ = RSAKeyNumbers(der: der)
            _ = try? DKIMPublicKey(.rsa, der)
            _ = try? DKIMPublicKey(.ed25519, der)
        }
    }

    private static func readBase64(_ text: [UInt8]) throws {
        let encoded = Base64.encode(text)
        try require(Base64.decode(encoded) == text, "base64 does not come back")
        if let decoded = Base64.decode(text) {
            try require(Base64.decode(Base64.encode(decoded)) == decoded, "base64 does not come back")
        }
    }
}
