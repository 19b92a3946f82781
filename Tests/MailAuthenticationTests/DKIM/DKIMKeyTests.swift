import Testing

@testable import MailAuthentication

@Suite struct DKIMKeyRecordTests {
    private static let ed = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    private func error(_ text: String) -> DKIMKeyRecordError? { error(Array(text.utf8)) }

    private func error(_ record: [UInt8]) -> DKIMKeyRecordError? {
        do throws(DKIMKeyRecordError) {
            _ = try DKIMKeyRecord(record)
            return nil
        } catch { return error }
    }

    @Test func aRecordIsReadWithItsDefaultsAndFlags() throws {
        let rsa = try DKIMKeyRecord(Array("p=\(String(base64: TestKeys.rsa2048.privateKey.publicKeyBytes))".utf8))
        #expect(rsa.key.bits == 2048 && rsa.key.type == .rsa && !rsa.isTest && !rsa.isStrict)
        let full = try DKIMKeyRecord(
            Array("v=DKIM1; h=sha1 : sha256; k=ed25519; n=some notes; s=email:x; t=y : s:z; zz=1; p=\(Self.ed)".utf8))
        #expect(full.isTest && full.isStrict && full.notes == "some notes" && full.key.type == .ed25519)
    }

    @Test func eachErrorIsToldApart() {
        #expect(error("v=DKIM2; p=\(Self.ed)") == .unknownVersion("DKIM2"))
        #expect(error("k=ed25519; v=DKIM1; p=\(Self.ed)") == .versionNotFirst)
        #expect(error("v=DKIM1; k=dsa; p=\(Self.ed)") == .unknownKeyType("dsa"))
        #expect(error("v=DKIM1; k=ed25519; h=sha1; p=\(Self.ed)") == .hashNotAllowed)
        #expect(error("v=DKIM1; k=ed25519; s=tlsrpt; p=\(Self.ed)") == .notForMail)
        #expect(error("v=DKIM1; k=ed25519") == .noKey)
        #expect(error("v=DKIM1; k=ed25519; p=") == .revoked)
        #expect(error("v=DKIM1; k=ed25519; p=\(Self.ed)=") == .badBase64)
        #expect(error("v=DKIM1; k=ed25519; p=Zm9v") == .badEd25519Key(bytes: 3))
        #expect(error("v=DKIM1; p=\(Self.ed)") == .noRSAKey)
        #expect(error("v=DKIM1; p=\(Self.ed); p=\(Self.ed)") == .malformed(.repeatedTag("p")))
        #expect(error("hello") == .malformed(.missingEqualsSign(offset: 0)))
        #expect(error("v=DKIM1; p=" + String(repeating: "A", count: 10_240)) == .tooLong(bytes: 10_251))
    }

    @Test func sizesAndExponentsThatAreNoneAreRefusedBeforeTheyAreComputedWith() {
        #expect(error(RSADER.record(bits: 1016)) == .rsaKeyTooSmall(bits: 1016))
        #expect(error(RSADER.record(bits: 16384)) == .rsaKeyTooLarge(bits: 16384))
        #expect(error(RSADER.record(bits: 1024)) == nil)
        #expect(error(RSADER.record(bits: 4096)) == nil)
        for exponent in [[0], [1], [2], [1, 0, 0], [0, 2, 0, 0, 0, 1], [UInt8](repeating: 0x7F, count: 128)]
            as [[UInt8]]
        {
            #expect(error(RSADER.record(bits: 2048, exponent: exponent)) == .badRSAExponent, "\(exponent)")
        }
        #expect(error(RSADER.record(bits: 2048, exponent: [3])) == nil)
        // 2^33 - 1 is the largest.
        #expect(error(RSADER.record(bits: 2048, exponent: [1, 0xFF, 0xFF, 0xFF, 0xFF])) == nil)
        #expect(error(RSADER.record(bits: 2048, exponent: [0xFF])) == .noRSAKey)
        #expect(error(RSADER.record(bits: 2048, modulusEnd: 0xFE)) == .noRSAKey)
    }

    @Test func keysThatAreCutOrMangledAreNone() throws {
        let der = TestKeys.rsa2048.privateKey.publicKeyBytes
        for count in 0..<der.count { #expect(RSAKeyNumbers(der: Array(der.prefix(count))) == nil) }
        #expect(RSAKeyNumbers(der: der)?.bits == 2048)
        #expect(RSAKeyNumbers(der: der + [0]) == nil)
        var random = MailRandom(seed: 5280)
        for _ in 0..<2000 {
            var mangled = der
            for _ in 0..<3 {
                mangled[Int.random(in: 0..<40, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? DKIMPublicKey(.rsa, mangled)
        }
    }

    @Test func whatAnOperatorShouldKnowIsListed() {
        typealias Problem = DKIMKeyRecord.Problem
        func problems(_ text: String) -> [Problem] { DKIMKeyRecord.problems(of: Array(text.utf8)) }
        #expect(problems(TestKeys.rsa2048.recordText).isEmpty)
        #expect(problems(TestKeys.ed25519.recordText).isEmpty)
        #expect(problems(TestKeys.rsa1024.recordText + "; t=y") == [.smallKey(bits: 1024), .testing])
        #expect(problems("k=ed25519; h=sha1:sha256; g=*; p=\(Self.ed)") == [.noVersion, .namesSHA1, .hasGranularity])
        #expect(problems("v=DKIM1; p=") == [.error(.revoked)])
        #expect(
            DKIMKeyRecord.problems(of: RSADER.record(bits: 4096)) == [.largeKey(bits: 4096), .bareRSAKey])
    }

    @Test func theCacheIsBoundedAndKeepsWhatIsUsed() {
        let cache = DKIMKeyCache(capacity: 10)
        let used = Array(TestKeys.ed25519.recordText.utf8)
        for number in 0..<100 {
            _ = cache.read(used)
            _ = cache.read(Array("v=DKIM1; n=\(number); p=".utf8))
            #expect(cache.count <= 10)
        }
        #expect((try? cache.read(used).get()) != nil)
        _ = cache.read([UInt8](repeating: 0x41, count: 10_240))
        #expect(cache.count <= 10)
    }
}

@Suite struct DKIMKeyPairTests {
    @Test func aKeyIsWrittenAndReadAgain() throws {
        for pair in [TestKeys.rsa2048, TestKeys.ed25519] {
            let read = try DKIMPrivateKey(pem: pair.privateKey.pem)
            #expect(pair.privateKey.pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
            #expect(DKIMKeyPair(read).recordText == pair.recordText)
            #expect(read.bits == pair.privateKey.bits)
        }
    }

    @Test func whatIsNoKeyIsToldApart() throws {
        func error(_ pem: String) -> DKIMPrivateKeyError? {
            do throws(DKIMPrivateKeyError) {
                _ = try DKIMPrivateKey(pem: pem)
                return nil
            } catch { return error }
        }
        func block(_ label: String, _ text: String) -> String {
            "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n"
        }
        #expect(error("") == .noPEM)
        #expect(error("-----BEGIN PRIVATE KEY-----\nZm9v\n") == .noPEM)
        #expect(error(block("ENCRYPTED PRIVATE KEY", "Zm9v")) == .encrypted)
        #expect(error(block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nZm9v")) == .encrypted)
        #expect(error(block("PUBLIC KEY", "Zm9v")) == .publicKey)
        #expect(error(block("CERTIFICATE", "Zm9v")) == .notAKey(label: "CERTIFICATE"))
        #expect(error(block("PRIVATE KEY", "!!")) == .badBase64)
        #expect(error(block("PRIVATE KEY", "Zm9v")) == .badKey)
        #expect(error(block("RSA PRIVATE KEY", "Zm9v")) == .badKey)
        // id-ecPublicKey.
        let ec = RSADER.element(
            0x30,
            [2, 1, 0] + RSADER.element(0x30, RSADER.element(6, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]))
                + RSADER.element(4, [0]))
        #expect(error(block("PRIVATE KEY", String(base64: ec))) == .otherKeyType)
        #expect(throws: DKIMPrivateKeyError.rsaKeyTooSmall) { try DKIMKeyPair.generate(.rsa(bits: 1000)) }
        #expect(throws: DKIMPrivateKeyError.rsaKeyTooLarge(bits: 8192)) { try DKIMKeyPair.generate(.rsa(bits: 8192)) }
        for bits in [1_025, 2_047, 2_052, 4_095] {
            #expect(throws: DKIMPrivateKeyError.rsaKeyOfOddSize(bits: bits)) {
                try DKIMKeyPair.generate(.rsa(bits: bits))
            }
        }
    }

    @Test func theZoneFileLineHasStringsOfAtMost255Bytes() {
        let line = TestKeys.rsa2048.zoneFileLine(selector: "s1", domain: "example.org")
        #expect(line.hasPrefix("s1._domainkey.example.org. IN TXT ( \"v=DKIM1; k=rsa; p="))
        let strings = line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        #expect(strings.count == 2 && strings.allSatisfy { $0.utf8.count <= 255 })
        #expect(strings.joined() == TestKeys.rsa2048.recordText)
        #expect(
            TestKeys.ed25519.zoneFileLine(selector: "s2", domain: "example.org")
                == "s2._domainkey.example.org. IN TXT \"\(TestKeys.ed25519.recordText)\"")
    }
}
