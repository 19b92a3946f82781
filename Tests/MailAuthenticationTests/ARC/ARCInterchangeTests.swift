import Foundation
import Testing

@testable import MailAuthentication

@Suite struct ARCInterchangeTests {
    private static let records = [
        "rsa._domainkey.one.example": TestKeys.rsa2048.recordText,
        "small._domainkey.two.example": TestKeys.rsa1024.recordText,
    ]
    private static var zone: KeyZone { KeyZone(records.mapValues { [$0] }) }
    private static let sealer = ARCSealer(
        domain: "one.example", key: .init(selector: "rsa", privateKey: TestKeys.rsa2048.privateKey))

    /// Seals each message with dkimpy, which takes the chain's state from the results that it seals.
    private static func dkimpySeals(_ messages: [TestMessage], arc: String) async throws -> [TestMessage] {
        let orders = messages.map { message in
            var message = message
            message.prepend("Authentication-Results", Array(" two.example; arc=\(arc); spf=pass smtp.mfrom=a@b.c".utf8))
            var order = InterchangeTool.Order("arc-sign", message, Self.records)
            order.domain = "two.example"
            order.selector = "small"
            order.key = TestKeys.rsa1024.privateKey.pem
            order.results = "two.example"
            return order
        }
        return zip(messages, try await InterchangeTool.run(orders)).map { message, answer in
            var message = message
            if answer.fieldBytes.count != 3 { Issue.record("dkimpy sealed nothing: \(answer.error ?? "")") }
            message.fields = answer.fieldBytes + message.fields
            return message
        }
    }

    private static func dkimpyValidates(_ messages: [TestMessage]) async throws -> [String?] {
        try await InterchangeTool.run(messages.map { .init("arc-verify", $0, records) }).map {
            $0.cv == "pass" ? "pass" : "\($0.cv ?? "-"): \($0.why ?? $0.error ?? "")"
        }
    }

    private static func messages() -> [TestMessage] {
        (2000..<2060 as Range<UInt64>).map { OddMessages.make(seed: $0) }
    }

    @Test(.timeLimit(.minutes(5))) func chainsThatBothSealInTurnsPassForBoth() async throws {
        let now = Int64(Date().timeIntervalSince1970)
        var chains = Self.messages()
        for round in 0..<2 {
            for index in chains.indices {
                try await chains[index].seal(
                    Self.sealer, Self.zone, results: "one.example; arc=none; dkim=none", at: now)
            }
            #expect(try await Self.dkimpyValidates(chains) == Array(repeating: "pass", count: chains.count))
            chains = try await Self.dkimpySeals(chains, arc: "pass")
            for chain in chains {
                let outcome = await chain.validate(Self.zone, at: now)
                #expect(outcome.result == .pass && outcome.newest == 2 * round + 2, "\(outcome.reason ?? "")")
                #expect(outcome.oldestPass == 0)
            }
        }
        #expect(try await Self.dkimpyValidates(chains) == Array(repeating: "pass", count: chains.count))
    }

    @Test(.timeLimit(.minutes(5))) func aChainThatStartsWithDkimpyPasses() async throws {
        let now = Int64(Date().timeIntervalSince1970)
        for chain in try await Self.dkimpySeals(Self.messages(), arc: "none") {
            var chain = chain
            let outcome = await chain.validate(Self.zone, at: now)
            #expect(outcome.result == .pass, "\(outcome.reason ?? "")")
            chain.body += Array("x\r\n".utf8)
            #expect(await chain.validate(Self.zone, at: now).result == .fail)
        }
    }
}
