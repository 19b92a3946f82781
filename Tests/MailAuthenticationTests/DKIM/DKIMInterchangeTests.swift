import Foundation
import Testing

@testable import MailAuthentication

@Suite struct DKIMInterchangeTests {
    private static let records = [
        "rsa._domainkey.example.org": TestKeys.rsa2048.recordText,
        "small._domainkey.example.org": TestKeys.rsa1024.recordText,
        "ed._domainkey.example.org": TestKeys.ed25519.recordText,
    ]
    private static var zone: KeyZone { KeyZone(records.mapValues { [$0] }) }
    private static let forms = ["simple", "relaxed"]

    /// Each message has two signatures and goes to both; the time lies before any clock that runs this.
    @Test(.timeLimit(.minutes(5))) func dkimpyAndOpenDKIMVerifyWhatIsSigned() async throws {
        var messages: [TestMessage] = []
        for seed in 0..<1_000 as Range<UInt64> {
            var message = OddMessages.make(seed: seed)
            try message.sign(
                TestKeys.signer("example.org") {
                    $0.headerCanonicalization = seed & 1 == 0 ? .simple : .relaxed
                    $0.bodyCanonicalization = seed & 2 == 0 ? .simple : .relaxed
                    if seed % 5 == 0 { $0.auid = "taro@mail.example.org" }
                    if seed % 7 == 0 { $0.lineWidth = 60 }
                }, at: 1_577_836_800)
            messages.append(message)
        }
        let tools = ["dkimpy-verify", "opendkim-verify"]
        let answers = try await InterchangeTool.run(
            messages.flatMap { message in tools.map { InterchangeTool.Order($0, message, Self.records) } })
        for (index, answer) in answers.enumerated() {
            #expect(answer.results == [true, true], "\(tools[index % 2]), message \(index / 2): \(answer.error ?? "")")
        }
    }

    /// Each message is signed by both, with one algorithm and the other in turn; all canonicalizations, `l=` now and then.
    @Test(.timeLimit(.minutes(5))) func whatDkimpyAndOpenDKIMSignVerifies() async throws {
        var messages: [TestMessage] = []
        var orders: [InterchangeTool.Order] = []
        for seed in 1_000..<2_000 as Range<UInt64> {
            let message = OddMessages.make(seed: seed)
            for (tool, isRSA) in [("dkimpy-sign", seed % 4 < 2), ("opendkim-sign", seed % 4 >= 2)] {
                var order = InterchangeTool.Order(tool, message)
                order.domain = "example.org"
                order.selector = isRSA ? "small" : "ed"
                order.algorithm = isRSA ? "rsa-sha256" : "ed25519-sha256"
                order.key = Self.key(isRSA, for: tool)
                // What libopendkim 2.11 signs with Ed25519 over a simple header does not verify, not even there.
                order.header = !isRSA && tool == "opendkim-sign" ? "relaxed" : Self.forms[Int(seed % 2)]
                order.body = Self.forms[Int(seed / 4 % 2)]
                order.length = seed % 3 == 0
                orders.append(order)
                messages.append(message)
            }
        }
        let answers = try await InterchangeTool.run(orders)
        let now = Int64(Date().timeIntervalSince1970)
        for (index, answer) in answers.enumerated() {
            #expect(answer.fieldBytes.count == 1, "\(orders[index].do): \(answer.error ?? "")")
            var message = messages[index]
            message.fields = answer.fieldBytes + message.fields
            let outcomes = await message.verify(Self.zone, at: now)
            #expect(outcomes.map(\.result) == [.pass], "\(orders[index].do) \(index): \(outcomes.first?.reason ?? "")")

            message.body += Array("x\r\n".utf8)
            if !orders[index].length || orders[index].do == "opendkim-sign" {
                #expect(await message.verify(Self.zone, at: now).map(\.result) == [.fail])
            }
        }
    }

    private static func key(_ isRSA: Bool, for tool: String) -> String {
        if isRSA { return TestKeys.rsa1024.privateKey.pem }
        guard tool == "dkimpy-sign", case .ed25519(let key) = TestKeys.ed25519.privateKey else {
            return TestKeys.ed25519.privateKey.pem
        }
        return String(base64: key.rawRepresentation)
    }

    /// Every message of dkimpy's own tests, with the keys that its tests publish.
    @Test func dkimpysOwnMessagesHaveTheResultsThatDkimpyGives() async throws {
        let folder = try OthersTestData.folder("dkimpy-").appendingPathComponent("dkim/tests/data")
        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                .trimmingCharacters(in: .newlines)
        }
        let records = [
            "test._domainkey.example.com": try text("test.txt"),
            "test._domainkey.football.example.com": try text("test.txt"),
            "brisbane._domainkey.football.example.com":
                RFCExamples.zone["brisbane._domainkey.football.example.com"]![0],
            "sed._domainkey.test.ex": try text("eximtest.dns"),
        ]
        let zone = KeyZone(records.mapValues { [$0] })
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter {
                $0.hasSuffix(".msg") || $0.hasSuffix(".message") || $0.hasSuffix(".mbox") || $0.contains(".message.")
            }
            .sorted()
        #expect(names.count >= 10)
        let messages = try names.map { TestMessage([UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))) }
        let answers = try await InterchangeTool.run(messages.map { .init("dkimpy-verify", $0, records) })
        var passed = 0
        for (index, answer) in answers.enumerated() {
            let outcomes = await messages[index].verify(zone)
            #expect(
                outcomes.map { $0.result == .pass } == answer.results,
                "\(names[index]): \(outcomes.map { $0.reason ?? "pass" }) \(answer.error ?? "")")
            passed += outcomes.count { $0.result == .pass }
        }
        #expect(passed >= 4)
    }

    /// The same key published in both forms, as dkimpy's tests have it, and keys that are none.
    @Test func dkimpysKeyRecordsAreRead() throws {
        let folder = try OthersTestData.folder("dkimpy-").appendingPathComponent("dkim/tests/data")
        func read(_ name: String) throws -> Result<DKIMKeyRecord, DKIMKeyRecordError> {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                .trimmingCharacters(in: .newlines)
            return Result { () throws(DKIMKeyRecordError) in try DKIMKeyRecord(Array(text.utf8)) }
        }
        for bits in [1024, 2048] {
            #expect(try read("\(bits)_testkey_wo_markers.pub.txt").get().key.bits == bits)
            #expect(try read("\(bits)_testkey_wo_markers.pub.rsa.txt").get().key.bits == bits)
        }
        for name in ["badk.txt", "badversion.txt", "test_bad.txt", "test_tlsrpt.txt"] {
            #expect(throws: DKIMKeyRecordError.self, "\(name)") { try read(name).get() }
        }
        for (key, record) in [
            ("2048_testkey.key", "2048_testkey_wo_markers.pub.txt"), ("test.private", "test.txt"),
            ("2048_testkey_PKCS8.key", "2048_testkey_PKCS8.key.pub.txt"),
        ] {
            let pem = try String(contentsOf: folder.appendingPathComponent(key), encoding: .utf8)
            let pair = DKIMKeyPair(try DKIMPrivateKey(pem: pem))
            let published = try String(contentsOf: folder.appendingPathComponent(record), encoding: .utf8)
            #expect(published.contains(String(base64: pair.privateKey.publicKeyBytes)), "\(key)")
        }
    }
}
