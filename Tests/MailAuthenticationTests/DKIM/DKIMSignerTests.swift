import MailPolicy
import Testing

@testable import MailAuthentication

@Suite struct DKIMSignerTests {
    @Test func theSignatureIsFoldedAndSaysWhatWasSigned() throws {
        var message = TestMessage("From: a@example.org\nSubject: x\nSubject: y\nReceived: z\n\nbody\n")
        try message.sign(TestKeys.signer("example.org") { $0.lifetime = 60 })
        let field = String(decoding: message.fields[0], as: UTF8.self)
        #expect(field.hasPrefix("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;"))
        for line in field.split(separator: "\r\n") { #expect(line.utf8.count <= 78, "\(line)") }
        let signature = try DKIMSignature(message.header[0].value)
        #expect(signature.signedAt == Int(TestTime.seconds))
        #expect(signature.expiresAt == Int(TestTime.seconds) + 60)
        let names = String(decoding: signature.signedNames.text, as: UTF8.self)
        #expect(names.hasPrefix("from:from:reply-to:to:cc:subject:subject:subject:date:"))
        #expect(!names.contains("received") && !names.contains("list-id"))
    }

    @Test func aSenderThatAMailingListAddsBreaksNothingAndAnotherFromDoes() async throws {
        let zone = TestKeys.zone("example.org")
        var message = TestMessage("From: a@example.org\nSubject: x\n\nbody\n")
        try message.sign(TestKeys.signer("example.org"))
        message.prepend("Sender", Array(" list@example.net".utf8))
        #expect(await message.verify(zone).map(\.result) == [.pass, .pass])
        message.prepend("From", Array(" b@example.org".utf8))
        #expect(await message.verify(zone).map(\.result) == [.fail, .fail])
    }

    @Test func aMessageWithoutFromIsNotSigned() {
        var message = TestMessage("Subject: x\n\nbody\n")
        #expect(throws: DKIMSigningError.noFrom) { try message.sign(TestKeys.signer("example.org")) }
    }

    @Test func aHeaderThatWasCutIsNotSigned() {
        var message = TestMessage("From: a@example.org\n\nbody\n")
        for _ in 0..<2100 { message.fields.append(Array("X: y".utf8)) }
        #expect(throws: DKIMSigningError.headerNotComplete) { try message.sign(TestKeys.signer("example.org")) }
    }

    @Test func aBodyThatWasNotHashedIsNotSigned() {
        let message = TestMessage("From: a@example.org\n\nbody\n")
        #expect(throws: DKIMSigningError.bodyNotHashed) {
            _ = try TestKeys.signer("example.org").sign(message.header, body: BodyHasher().finish(), at: Moment(0))
        }
    }

    @Test func narrowLinesStillVerify() async throws {
        for width in [1, 10, 20, 40, 78, 998] {
            for form in [Canonicalization.simple, .relaxed] {
                var message = TestMessage("From: a@example.org\nSubject: x\n\nbody\n")
                try message.sign(
                    TestKeys.signer("example.org") {
                        $0.lineWidth = width
                        $0.headerCanonicalization = form
                    })
                #expect(await message.verify(TestKeys.zone("example.org")).map(\.result) == [.pass, .pass])
            }
        }
    }

    @Test func oddMessagesThatAreSignedVerify() async throws {
        let zone = TestKeys.zone("example.org")
        for seed in 0..<300 as Range<UInt64> {
            var message = OddMessages.make(seed: seed)
            try message.sign(
                TestKeys.signer("example.org") {
                    $0.headerCanonicalization = seed % 2 == 0 ? .simple : .relaxed
                    $0.bodyCanonicalization = seed % 3 == 0 ? .simple : .relaxed
                })
            #expect(await message.verify(zone).map(\.result) == [.pass, .pass], "\(seed)")
        }
    }
}

@Suite struct DKIMMutationTests {
    /// Simple in everything: whatever is changed of what is signed must show.
    @Test func noBitFlippedLeavesASignatureThatPasses() async throws {
        var message = TestMessage("From: a@example.org\nTo: b@example.com\nSubject: x\n\nA body.\n")
        try message.sign(
            TestKeys.signer("example.org") {
                $0.headerCanonicalization = .simple
                $0.bodyCanonicalization = .simple
            })
        // Of the Ed25519 signature alone, whose base64 ends in padding: a bit of its last digit means nothing.
        let field = message.fields[1]
        let start = try #require(String(decoding: field, as: UTF8.self).range(of: "b=", after: "bh="))
        message.fields = [field] + message.fields[2...]
        let zone = TestKeys.zone("example.org")
        var random = MailRandom(seed: 8463)
        for _ in 0..<4000 {
            var mutant = message
            let part = Int.random(in: 0...mutant.fields.count, using: &random)
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            if part == mutant.fields.count {
                mutant.body[Int.random(in: 0..<mutant.body.count, using: &random)] ^= bit
            } else {
                let place = Int.random(in: 0..<mutant.fields[part].count, using: &random)
                if part == 0 && place >= start { continue }
                mutant.fields[part][place] ^= bit
            }
            #expect(await mutant.verify(zone).allSatisfy { $0.result != .pass }, "\(mutant)")
        }
    }

    @Test func randomSignaturesNeverPassAndNeverCrash() async {
        let zone = TestKeys.zone("example.org")
        var random = MailRandom(seed: 42)
        let pieces = [
            "v=1", ";", "a=rsa-sha256", "a=ed25519-sha256", "d=example.org", "s=rsa", "s=ed", "h=from",
            "h=from:from:to",
            "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "b=Zm9v", "b=", "c=relaxed/relaxed", "c=/", "l=0", "l=",
            "i=@example.org", "i=@", "t=1", "x=99999999999", "q=dns/txt", "q=:", "=", "\r\n ", "\0", "\u{FF}", "; ",
            "; ",
            "; ", "; ", "cv=none", "i=1",
        ]
        for round in 0..<6000 {
            var value: [UInt8] = []
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                if round % 2 == 0 {
                    value += pieces.randomElement(using: &random)!.utf8
                } else {
                    value.append(UInt8.random(in: 0...255, using: &random))
                }
            }
            var message = TestMessage("From: a@example.org\n\n")
            for name in ["DKIM-Signature", "ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"] {
                message.prepend(name, value)
            }
            #expect(await message.verify(zone).allSatisfy { $0.result != .pass })
            #expect(await message.validate(zone).result == .fail)
        }
    }

    @Test func randomRecordsNeverCrash() {
        var random = MailRandom(seed: 7)
        let pieces = [
            "v=DKIM1", ";", "k=rsa", "k=ed25519", "p=", "p=MIGf", "t=y:s", "h=sha256", "s=*", " ", "=", "\0", "p=",
        ]
        for _ in 0..<20_000 {
            var record: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                record += pieces.randomElement(using: &random)!.utf8
                if random.next() % 4 == 0 { record.append(UInt8.random(in: 0...255, using: &random)) }
            }
            _ = try? DKIMKeyRecord(record)
            _ = DKIMKeyRecord.problems(of: record)
        }
    }
}

extension String {
    /// The offset of `text` behind `before`, in bytes.
    fileprivate func range(of text: String, after before: String) -> Int? {
        let bytes = Array(utf8)
        func find(_ wanted: String, from start: Int) -> Int? {
            let wanted = Array(wanted.utf8)
            return (start..<max(bytes.count - wanted.count, start)).first { bytes[$0...].starts(with: wanted) }
        }
        return find(before, from: 0).flatMap { find(text, from: $0 + before.utf8.count) }
    }
}
