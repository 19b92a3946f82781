import Testing

@testable import MailAuthentication

@Suite struct DKIMVerifierTests {
    private let domain = "example.org"
    private let text = """
        Received: from a by b
        From: Taro <taro@example.org>
        To: b@example.com
        Subject: hello
        Date: Wed, 25 Nov 2026 10:00:00 +0900

        A body.
        Two lines of it.

        """

    private func signed(_ change: (inout DKIMSigner.Settings) -> Void = { _ in }) throws -> TestMessage {
        var message = TestMessage(text)
        try message.sign(TestKeys.signer(domain, change))
        return message
    }

    private func edAlone(_ change: (inout DKIMSigner.Settings) -> Void = { _ in }) throws -> TestMessage {
        var settings = DKIMSigner.Settings()
        change(&settings)
        var message = TestMessage(text)
        try message.sign(
            DKIMSigner(
                domain: DomainName(domain), keys: [.init(selector: "ed", privateKey: TestKeys.ed25519.privateKey)],
                settings: settings))
        return message
    }

    @Test func aMessageWithoutSignaturesHasNoOutcome() async {
        #expect(await TestMessage(text).verify(KeyZone()).isEmpty)
    }

    @Test(arguments: [Canonicalization.simple, .relaxed], [Canonicalization.simple, .relaxed])
    func bothAlgorithmsPassInEveryCanonicalization(_ ofHeader: Canonicalization, _ ofBody: Canonicalization)
        async throws
    {
        let message = try signed {
            $0.headerCanonicalization = ofHeader
            $0.bodyCanonicalization = ofBody
        }
        let outcomes = await message.verify(TestKeys.zone(domain))
        #expect(outcomes.map(\.result) == [.pass, .pass])
        #expect(outcomes.map(\.keyBits) == [2048, 256])
        #expect(outcomes.allSatisfy { $0.reason == nil && !$0.isTest && !$0.isSecure })
    }

    @Test func aBodyThatDiffersIsNamedWithBothHashes() async throws {
        var message = try signed()
        message.body += Array("More.\r\n".utf8)
        let outcomes = await message.verify(TestKeys.zone(domain))
        #expect(outcomes.map(\.result) == [.fail, .fail])
        guard case .bodyDiffers(let expected, let computed) = outcomes[0].problem else {
            Issue.record("\(String(describing: outcomes[0].problem))")
            return
        }
        #expect(expected != computed && computed.count == 32)
        #expect(outcomes[0].reason?.contains("body hash differs") == true)
    }

    @Test func aHeaderThatDiffersIsNamedWithTheKey() async throws {
        var message = try signed()
        let subject = try #require(message.fields.firstIndex { $0.starts(with: "Subject".utf8) })
        message.fields[subject] = Array("Subject: hallo".utf8)
        let outcomes = await message.verify(TestKeys.zone(domain))
        #expect(
            outcomes.map(\.problem) == [
                .headerDiffers(keyAt: "rsa._domainkey.example.org"), .headerDiffers(keyAt: "ed._domainkey.example.org"),
            ])
        #expect(outcomes.map(\.result) == [.fail, .fail])
    }

    @Test(arguments: ["From", "Subject", "To", "Date", "Cc", "Reply-To"])
    func nothingCanBeAddedToWhatIsOverSigned(_ name: String) async throws {
        var message = try signed()
        message.prepend(name, Array(" x@example.net".utf8))
        #expect(await message.verify(TestKeys.zone(domain)).map(\.result) == [.fail, .fail])
        var below = try signed()
        below.fields.append(Array("\(name): x@example.net".utf8))
        #expect(await below.verify(TestKeys.zone(domain)).map(\.result) == [.fail, .fail])
    }

    @Test func whatIsNotSignedMayBeAdded() async throws {
        var message = try signed()
        message.prepend("Received", Array(" from b by c".utf8))
        message.prepend("X-Spam", Array(" no".utf8))
        #expect(await message.verify(TestKeys.zone(domain)).map(\.result) == [.pass, .pass])
    }

    @Test func repeatedFieldsAreTakenFromTheBottom() async throws {
        var message = TestMessage("Received: one\nReceived: two\n" + text)
        try message.sign(
            TestKeys.signer(domain) {
                $0.signedFields.append("received")
                $0.headerCanonicalization = .simple
            })
        message.prepend("Received", Array(" from the next host".utf8))
        #expect(await message.verify(TestKeys.zone(domain)).map(\.result) == [.pass, .pass])
        let one = try #require(message.fields.firstIndex(of: Array("Received: one".utf8)))
        message.fields.swapAt(one, one + 1)
        #expect(await message.verify(TestKeys.zone(domain)).map(\.result) == [.fail, .fail])
    }

    @Test func foldsOfALineFeedAloneAreThoseOfTheMessage() async throws {
        let message = try signed { $0.headerCanonicalization = .simple }
        var milter = message
        milter.fields = message.fields.map { field in field.filter { $0 != 0x0D } }
        #expect(await milter.verify(TestKeys.zone(domain)).map(\.result) == [.pass, .pass])
    }

    @Test func theTimesOfASignatureAreKeptWithinTheSkewOfClocks() async throws {
        let zone = TestKeys.zone(domain)
        let message = try edAlone { $0.lifetime = 3600 }
        let now = TestTime.seconds
        #expect(await message.verify(zone, at: now + 3900).map(\.result) == [.pass])
        let late = await message.verify(zone, at: now + 3901)
        #expect(late.map(\.problem) == [.expired(at: Int(now) + 3600)])
        #expect(late.map(\.result) == [.policy])
        #expect(await message.verify(zone, at: now - 300).map(\.result) == [.pass])
        #expect(await message.verify(zone, at: now - 301).map(\.problem) == [.fromTheFuture(at: Int(now))])
    }

    @Test func whatIsBehindTheSignedLengthIsCounted() async throws {
        let zone = TestKeys.zone(domain)
        var message = TestMessage(text)
        let length = message.body.count
        message.prepend("DKIM-Signature", try Self.handSigned(message, length: length))
        #expect(await message.verify(zone).map(\.result) == [.pass])
        message.body += Array("An advertisement.\r\n".utf8)
        let outcomes = await message.verify(zone)
        #expect(outcomes.map(\.result) == [.pass])
        #expect(outcomes.map(\.unsignedBodyBytes) == [19])
        message.body.removeLast(30)
        #expect(
            await message.verify(zone).map(\.problem) == [.bodyShorterThanSigned(signed: length, bytes: length - 9)])
    }

    @Test func numbersWithZerosInFrontAndTimesWithoutEndVerify() async throws {
        let zone = TestKeys.zone(domain)
        func verify(_ more: String, length: Int? = nil) async throws -> DKIMOutcome {
            var message = TestMessage(text)
            message.prepend("DKIM-Signature", try Self.handSigned(message, hashing: length, more: more))
            return try #require(await message.verify(zone).first)
        }
        #expect(try await verify("l=\(String(repeating: "0", count: 74))12; ", length: 12).result == .pass)
        let nines = String(repeating: "9", count: 76)
        #expect(try await verify("t=000000000001; x=\(nines); ").result == .pass)
        #expect(try await verify("x=000000000001; ").problem == .expired(at: 1))
        #expect(try await verify("t=\(nines); ").problem == .fromTheFuture(at: .max))
        let bytes = TestMessage(text).body.count
        #expect(try await verify("l=\(nines); ").problem == .bodyShorterThanSigned(signed: .max, bytes: bytes))
    }

    /// A signature with `l=`, which the signer does not make.
    /// - Parameter hashed: How many bytes are hashed where `more` says so.
    private static func handSigned(
        _ message: TestMessage, length: Int? = nil, hashing hashed: Int? = nil, more: String = "",
        algorithm: String = "ed25519-sha256"
    ) throws -> [UInt8] {
        let request = BodyHasher.Request(.simple, length: length ?? hashed)
        var hasher = BodyHasher()
        hasher.request(request)
        hasher.update(message.body)
        let hash = try #require(hasher.finish()[request]).digest
        var value = Array(
            (" v=1; a=\(algorithm); c=simple/simple; d=example.org; s=ed; h=from:subject; bh=\(String(base64: hash)); "
                + more + (length.map { "l=\($0); " } ?? "") + "b=").utf8)
        let header = message.header
        let index = HeaderIndex(header)
        var canonical = CanonicalHeader(.simple)
        canonical.append(index.positions(of: SignedNames(["from", "subject"]), in: header), of: header)
        let field = Array("DKIM-Signature:".utf8) + value
        field.withUnsafeBufferPointer {
            canonical.appendSignature($0, nameCount: 14, omitting: field.count..<field.count)
        }
        value += Base64.encode(try TestKeys.ed25519.privateKey.signature(for: canonical.digest()))
        return value
    }

    @Test func aStrictKeyIsNotForSubdomains() async throws {
        let zone = TestKeys.zone(domain)
        let record = "v=DKIM1; t=y:s; k=ed25519; p=" + String(base64: TestKeys.ed25519.privateKey.publicKeyBytes)
        let below = try edAlone { $0.auid = "taro@mail.example.org" }
        let same = try edAlone { $0.auid = "taro@example.org" }
        #expect(await below.verify(zone).map(\.result) == [.pass])
        zone.set("ed._domainkey.example.org", Answer(.records([.text(Array(record.utf8))]), isSecure: true))
        let outcomes = await below.verify(zone)
        #expect(outcomes.map(\.result) == [.permerror])
        #expect(outcomes[0].problem == .subdomainNotAllowed("taro@mail.example.org", at: "ed._domainkey.example.org"))
        let passed = await same.verify(zone)
        #expect(passed.map(\.result) == [.pass])
        #expect(passed.map(\.isTest) == [true])
        #expect(passed.map(\.isSecure) == [true])
    }

    @Test func aKeyThatIsNotThereIsPermanentAndOneThatCannotBeAskedForTemporary() async throws {
        let message = try edAlone()
        let zone = KeyZone()
        let name: DomainName = "ed._domainkey.example.org"
        #expect(await message.verify(zone).map(\.problem) == [.keyNotFound(name)])
        #expect(await message.verify(zone).map(\.result) == [.permerror])
        zone.set(name.text, Answer(.noData))
        #expect(await message.verify(zone).map(\.result) == [.permerror])
        for failure in [ResolverFailure.timedOut, .serverFailed, .refused, .bogus, .malformed] {
            zone.set(name.text, Answer(.failed(failure)))
            let outcomes = await message.verify(zone)
            #expect(outcomes.map(\.result) == [.temperror])
            #expect(outcomes.map(\.problem) == [.keyUnavailable(name, failure)])
        }
    }

    @Test func aBodyThatDiffersFailsThoughTheKeyCannotBeAskedFor() async throws {
        let zone = KeyZone()
        let name: DomainName = "ed._domainkey.example.org"
        zone.set(name.text, Answer(.failed(.timedOut)))
        var message = try edAlone()
        message.body += Array("More.\r\n".utf8)
        let outcome = try #require(await message.verify(zone).first)
        #expect(outcome.result == .fail && outcome.reason?.hasPrefix("body hash differs") == true)

        var cut = TestMessage(text)
        cut.prepend("DKIM-Signature", try Self.handSigned(cut, length: cut.body.count))
        cut.body.removeLast(4)
        #expect(await cut.verify(zone).map(\.result) == [.fail])

        // What is not signed of a body says nothing of the rest, and a header that differs needs the key.
        var longer = TestMessage(text)
        longer.prepend("DKIM-Signature", try Self.handSigned(longer, length: longer.body.count))
        longer.body += Array("More.\r\n".utf8)
        longer.fields.append(Array("Subject: another".utf8))
        let open = try #require(await longer.verify(zone).first)
        #expect(open.problem == .keyUnavailable(name, .timedOut) && open.unsignedBodyBytes == 0)

        // A key that is not there is what is told, whatever the body.
        zone.set(name.text, Answer(.noSuchName))
        #expect(await message.verify(zone).map(\.problem) == [.keyNotFound(name)])
    }

    @Test func eachOfSeveralRecordsIsTried() async throws {
        let message = try edAlone()
        let zone = KeyZone()
        let right = Array(TestKeys.ed25519.recordText.utf8)
        let other = Array(try DKIMKeyPair.generate(.ed25519).recordText.utf8)
        let rsa = Array(TestKeys.rsa2048.recordText.utf8)
        let name = "ed._domainkey.example.org"
        func verify(_ records: [[UInt8]]) async -> DKIMOutcome {
            zone.set(name, Answer(.records(records.map { .text($0) })))
            return await message.verify(zone)[0]
        }
        #expect(await verify([Array("v=spf1 -all".utf8), rsa, other, right]).result == .pass)
        #expect(await verify([other, other]).problem == .headerDiffers(keyAt: DomainName(name)))
        #expect(await verify([rsa]).problem == .keyOfOtherType(.rsa, .ed25519SHA256, at: DomainName(name)))
        #expect(
            await verify([Array("v=spf1 -all".utf8), Array("v=DKIM1; p=".utf8)]).problem
                == .key(.revoked, at: DomainName(name)))
        // The bound: the fifth is not tried.
        #expect(await verify([other, other, other, other, right]).result == .fail)
    }

    @Test func signaturesBeyondTheBoundAreSaidAndNotChecked() async throws {
        var message = try edAlone()
        let signature = message.fields[0]
        for _ in 0..<300 { message.fields.insert(signature, at: 0) }
        let zone = TestKeys.zone(domain)
        let outcomes = await message.verify(zone)
        #expect(outcomes.count == 11)
        #expect(outcomes.prefix(10).allSatisfy { $0.result == .pass })
        #expect(outcomes.last?.problem == .notChecked(count: 291))
        #expect(outcomes.last?.result == .policy)
        #expect(zone.questions.count == 10)
    }

    @Test func historicAlgorithmAndSmallAndLargeKeysArePermanentErrors() async throws {
        let zone = KeyZone()
        var message = TestMessage(text)
        message.prepend("DKIM-Signature", try Self.handSigned(message, algorithm: "rsa-sha1"))
        #expect(await message.verify(zone).map(\.problem) == [.historicAlgorithm])
        #expect(await message.verify(zone).map(\.result) == [.permerror])
        #expect(zone.questions.isEmpty)

        var other = TestMessage(text)
        other.prepend("DKIM-Signature", try Self.handSigned(other, algorithm: "rsa-sha256"))
        for bits in [512, 768, 1016, 4104, 8192, 16384] {
            zone.set("ed._domainkey.example.org", Answer(.records([.text(RSADER.record(bits: bits))])))
            let outcome = await other.verify(zone)[0]
            #expect(outcome.result == .permerror)
            #expect(outcome.keyBits == bits)
            #expect(outcome.reason?.contains("\(bits) bits") == true)
        }
    }

    @Test func aHeaderThatWasCutIsNeutral() async throws {
        var message = try edAlone()
        for _ in 0..<2100 { message.fields.append(Array("X: y".utf8)) }
        #expect(await message.verify(TestKeys.zone(domain)).map(\.problem) == [.headerNotComplete])
        #expect(await message.verify(TestKeys.zone(domain)).map(\.result) == [.neutral])
        var long = try edAlone()
        long.fields.append(Array("X: ".utf8) + [UInt8](repeating: 0x78, count: 1 << 20))
        #expect(await long.verify(TestKeys.zone(domain)).map(\.result) == [.neutral])
    }

    @Test func nulsAndBareReturnsAreBytesLikeOthers() async throws {
        var message = TestMessage("")
        message.fields = [Array("From: a\0b\rc@example.org".utf8), Array("Subject: \r\r x \0".utf8)]
        message.body = [0, 0x0D, 0x0D, 0x0A, 0x0A, 0x0D, 0, 0x20, 0x0D]
        try message.sign(TestKeys.signer(domain))
        #expect(await message.verify(TestKeys.zone(domain)).map(\.result) == [.pass, .pass])
        message.body[0] = 1
        #expect(await message.verify(TestKeys.zone(domain)).map(\.result) == [.fail, .fail])
    }

    @Test func aNameWithSpaceBeforeTheColonIsTheSameName() async throws {
        var message = TestMessage("")
        message.fields = [Array("From \t: a@example.org".utf8), Array("Subject: x".utf8)]
        try message.sign(TestKeys.signer(domain))
        message.fields[2] = Array("FROM: a@example.org".utf8)
        #expect(await message.verify(TestKeys.zone(domain)).map(\.result) == [.pass, .pass])
    }

    @Test func theStepsAreTold() async throws {
        var steps: [String] = []
        _ = await (try edAlone()).verify(TestKeys.zone(domain)) { steps.append($0.description) }
        #expect(steps.count == 4)
        #expect(steps[1].hasPrefix("TXT ed._domainkey.example.org: \"v=DKIM1; k=ed25519"))
        #expect(steps[2].hasSuffix("as signed"))
    }
}

/// RSA public keys of any size that need not be anybody's.
enum RSADER {
    static func record(bits: Int, exponent: [UInt8] = [1, 0, 1], modulusEnd: UInt8 = 0xFF) -> [UInt8] {
        Array("v=DKIM1; k=rsa; p=\(String(base64: key(bits: bits, exponent: exponent, modulusEnd: modulusEnd)))".utf8)
    }

    /// RSAPublicKey; `bits` is a multiple of 8.
    static func key(bits: Int, exponent: [UInt8] = [1, 0, 1], modulusEnd: UInt8 = 0xFF) -> [UInt8] {
        let modulus = [UInt8](repeating: 0xFF, count: bits / 8 - 1) + [modulusEnd]
        return element(0x30, element(0x02, [0] + modulus) + element(0x02, exponent))
    }

    static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        let count = contents.count
        let length: [UInt8] =
            count < 128
            ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
        return [tag] + length + contents
    }
}
