import Testing

@testable import MailAuthentication

@Suite struct ARCTests {
    private let zone: KeyZone = {
        let zone = TestKeys.zone("one.example")
        zone.publish(TestKeys.rsa2048, "rsa", "two.example")
        zone.publish(TestKeys.ed25519, "ed", "three.example")
        return zone
    }()

    private func sealer(_ domain: String) -> ARCSealer {
        let key =
            domain == "three.example"
            ? DKIMSigner.Key(selector: "ed", privateKey: TestKeys.ed25519.privateKey)
            : DKIMSigner.Key(selector: "rsa", privateKey: TestKeys.rsa2048.privateKey)
        return ARCSealer(domain: DomainName(domain), key: key)
    }

    private func message() -> TestMessage { OddMessages.make(seed: 8617) }

    private func sealed(_ domains: String...) async throws -> TestMessage {
        var message = message()
        for domain in domains {
            try await message.seal(sealer(domain), zone, results: "\(domain); spf=pass;\n\tdkim=none")
        }
        return message
    }

    @Test func aMessageWithoutARCIsNone() async {
        let outcome = await message().validate(zone)
        #expect(outcome.result == .none && outcome.problem == nil && outcome.newest == 0)
    }

    @Test func aChainOfThreePasses() async throws {
        let message = try await sealed("one.example", "two.example", "three.example")
        let outcome = await message.validate(zone)
        #expect(outcome.result == .pass, "\(String(describing: outcome.reason))")
        #expect(outcome.newest == 3)
        #expect(outcome.oldestPass == 0)
        #expect(outcome.sealers == ["one.example", "two.example", "three.example"])
        #expect(
            String(decoding: message.fields[2], as: UTF8.self).hasPrefix(
                "ARC-Authentication-Results: i=3; three.example; spf=pass;"))
    }

    @Test func aHostThatChangesTheMessageIsWhereTheOldestPassIs() async throws {
        var message = try await sealed("one.example")
        message.body += Array("-- \r\nA list's footer.\r\n".utf8)
        let broken = await message.validate(zone)
        #expect(broken.result == .fail)
        guard case .message(.bodyDiffers, instance: 1) = broken.problem else {
            Issue.record("\(String(describing: broken.problem))")
            return
        }
        // A list validates first, then changes and seals.
        message = try await sealed("one.example")
        let before = message
        let validator = ARCValidator(resolver: zone)
        var hasher = BodyHasher()
        let chain = validator.read(before.header, into: &hasher)
        hasher.update(before.body)
        let outcome = await validator.validate(
            chain, of: before.header, body: hasher.finish(), at: .init(TestTime.seconds * 1000))
        message.body += Array("-- \r\nA list's footer.\r\n".utf8)
        var after = BodyHasher()
        let list = sealer("two.example")
        list.prepare(&after)
        after.update(message.body)
        let fields = try list.seal(
            message.header, chain: chain, outcome: outcome, authenticationResults: Array("two.example; arc=pass".utf8),
            body: after.finish(), at: .init(TestTime.seconds * 1000))
        message.prepend("ARC-Authentication-Results", fields.authenticationResults)
        message.prepend("ARC-Message-Signature", fields.messageSignature)
        message.prepend("ARC-Seal", fields.seal)
        let result = await message.validate(zone)
        #expect(result.result == .pass)
        #expect(result.oldestPass == 2)
    }

    @Test func aBrokenChainIsSealedAsFailedAndNotSealedAgain() async throws {
        var message = try await sealed("one.example", "two.example")
        let results = try #require(
            message.fields.firstIndex { String(decoding: $0, as: UTF8.self).contains("i=1; one") })
        message.fields[results] += Array(" x".utf8)
        #expect(
            await message.validate(zone).problem
                == .seal(.headerDiffers(keyAt: "rsa._domainkey.two.example"), instance: 2))
        try await message.seal(sealer("three.example"), zone, results: "three.example; arc=fail")
        #expect(String(decoding: message.fields[0], as: UTF8.self).contains("cv=fail"))
        #expect(await message.validate(zone).problem == .alreadyFailed(instance: 3))
        await #expect(throws: ARCSealingError.chainHasFailed) {
            try await message.seal(sealer("one.example"), zone, results: "one.example; arc=fail")
        }
    }

    @Test func setsThatAreNotWholeFail() async throws {
        let whole = try await sealed("one.example", "two.example")
        func without(_ drop: Int...) -> TestMessage {
            var message = whole
            message.fields = whole.fields.enumerated().filter { !drop.contains($0.offset) }.map(\.element)
            return message
        }
        for index in 0..<3 { #expect(await without(index).validate(zone).problem == .incomplete(instance: 2)) }
        for index in 3..<6 { #expect(await without(index).validate(zone).problem == .incomplete(instance: 1)) }
        #expect(await without(3, 4, 5).validate(zone).problem == .incomplete(instance: 1))
        #expect(await without(0, 1, 2).validate(zone).result == .pass)
        var twice = whole
        twice.fields.insert(whole.fields[4], at: 0)
        #expect(await twice.validate(zone).problem == .repeatedField(instance: 1))
        var zero = whole
        zero.prepend("ARC-Seal", Array(" i=0; a=rsa-sha256".utf8))
        #expect(await zero.validate(zone).problem == .badInstance(position: 0))
        var many = whole
        for _ in 0..<60 { many.fields.insert(whole.fields[0], at: 0) }
        #expect(await many.validate(zone).problem == .tooManyInstances)
    }

    @Test func fiftySetsAreTheMost() async throws {
        var message = message()
        for _ in 0..<50 {
            try await message.seal(sealer("three.example"), zone, results: "three.example; none")
        }
        let outcome = await message.validate(zone)
        #expect(outcome.result == .pass && outcome.newest == 50 && outcome.oldestPass == 41)
        await #expect(throws: ARCSealingError.chainIsFull) {
            try await message.seal(sealer("three.example"), zone, results: "three.example; none")
        }
    }

    @Test func aKeyThatCannotBeAskedForIsATemporaryFailureThatIsNotSealed() async throws {
        var message = try await sealed("one.example")
        let zone = KeyZone()
        zone.set("rsa._domainkey.one.example", Answer(.failed(.timedOut)))
        let outcome = await message.validate(zone)
        #expect(outcome.result == .fail && outcome.problem?.isTemporary == true)
        await #expect(throws: ARCSealingError.chainUnknown) {
            try await message.seal(sealer("two.example"), zone, results: "two.example; none")
        }
    }

    /// Of whom a key cannot be asked for nothing is known, but what is broken stays broken.
    @Test func aTemporaryFailureHidesNoOther() async throws {
        let message = try await sealed("one.example", "three.example")
        zone.set("ed._domainkey.three.example", Answer(.failed(.serverFailed)))
        let undecided = await message.validate(zone)
        #expect(undecided.isUndecided && undecided.firstResults?.results.first?.method == "spf")
        #expect(MethodResult(undecided).result == "temperror")
        zone.set("rsa._domainkey.one.example", Answer(.noSuchName))
        let broken = await message.validate(zone)
        #expect(broken.result == .fail && !broken.isUndecided && broken.firstResults == nil)
        #expect(MethodResult(broken).result == "fail")
    }

    /// RFC 8617 section 5.2: the newest message signature decides, and no key makes it fit another body.
    @Test func aBodyThatDiffersBreaksAChainWhoseKeysCannotBeAskedFor() async throws {
        let whole = try await sealed("one.example", "three.example")
        var changed = whole
        changed.body += Array("-- \r\nA list's footer.\r\n".utf8)
        for name in ["rsa._domainkey.one.example", "ed._domainkey.three.example"] {
            zone.set(name, Answer(.failed(.timedOut)))
        }
        let broken = await changed.validate(zone)
        #expect(broken.result == .fail && !broken.isUndecided && broken.firstResults == nil)
        guard case .message(.bodyDiffers, instance: 2) = broken.problem else {
            Issue.record("\(String(describing: broken.problem))")
            return
        }
        #expect(await whole.validate(zone).isUndecided)
    }

    @Test func resultsWithALineEndThatIsNoFoldAreNotSealed() async {
        for results in ["", " \r\n ", "a\r\nX: y", "a\nb", "a\0"] {
            var message = message()
            await #expect(throws: ARCSealingError.badResults) {
                try await message.seal(sealer("one.example"), zone, results: results)
            }
        }
    }

    /// In any of the ARC fields.
    @Test func noBitFlippedLeavesAChainThatPasses() async throws {
        let message = try await sealed("one.example", "three.example")
        var random = MailRandom(seed: 1)
        for _ in 0..<600 {
            var mutant = message
            let part = Int.random(in: 0..<6, using: &random)
            let place = Int.random(in: 0..<mutant.fields[part].count, using: &random)
            let before = mutant.fields[part][place]
            let after = before ^ UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            mutant.fields[part][place] = after
            let isSame = await mutant.validate(zone).result == .pass
            // What relaxed canonicalization levels: the case of names, and kinds of white space.
            let isName = place < (mutant.fields[part].firstIndex(of: UInt8(ascii: ":")) ?? 0)
            let isLevelled = (isName && before ^ after == 0x20) || (before.isFoldingSpace && after.isFoldingSpace)
            #expect(!isSame || isLevelled || isLastDigit(message.fields[part], place), "\(part) \(place) \(before)")
        }
    }

    /// The last digit of base64 before padding has bits that mean nothing.
    private func isLastDigit(_ field: [UInt8], _ place: Int) -> Bool {
        place + 1 < field.count && (field[place + 1] == UInt8(ascii: "=") || field[place] == UInt8(ascii: "="))
    }
}
