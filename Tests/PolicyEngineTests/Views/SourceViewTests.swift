import ControlProtocol
import ControlTesting
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite struct SourceViewTests {
    private func harvest(_ rig: EngineRig, _ client: String, _ count: Int) {
        for number in 0..<count {
            rig.send(
                RigMail(
                    gate: .mx, login: "", sender: "x@y.example", recipients: ["nobody\(number)@isp.example"],
                    client: client))
        }
    }

    @Test func aNetworkIsShownOnlyWhereItTellsMoreThanItsOneAddress() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            harvest(rig, "203.0.113.9", 20)
            #expect(try await rig.sources().map(\.source) == ["203.0.113.9"])
            harvest(rig, "203.0.113.10", 5)
            #expect(try await rig.sources().map(\.source) == ["203.0.113.0/24", "203.0.113.9", "203.0.113.10"])
            #expect(try await rig.sources().map(\.score) == [25, 20, 5])
        }
    }

    @Test func theNetworkOfOneAddressHasItsPageAllTheSame() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            harvest(rig, "203.0.113.9", 20)
            guard
                case .source(let page) = try await rig.link().view(ViewQuery(.source, subject: "203.0.113.0/24"))
                    .content
            else { throw RigError.notSeen("203.0.113.0/24") }
            #expect(page.row.score == 20)
            #expect(page.verdicts.count == 20)
        }
    }

    @Test func aScoreIsTheSumOfItsParts() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            harvest(rig, "203.0.113.9", 7)
            rig.send(RigMail(sender: "forged@isp.example", client: "203.0.113.9"))
            rig.send(RigMail(login: "", sender: "x@isp.example", client: "203.0.113.9"))
            try await rig.perform(.suspend(account: "tanabe@isp.example", mode: .refuse))
            rig.send(RigMail(login: "tanabe@isp.example", client: "203.0.113.9"))
            let row = try #require(try await rig.sources("source=203.0.113.9").first)
            #expect(
                Dictionary(row.parts.map { ($0.name, $0.count) }, uniquingKeysWith: +) == [
                    "unknown recipients": 7, "forged senders": 1, "without authentication": 1, "suspended accounts": 1,
                ])
            #expect(row.score == 7 + 3 + 1 + 2)
            #expect(row.score == row.parts.reduce(0) { $0 + $1.points })
            #expect((row.messagesLastHour, row.refusedLastHour, row.unknownRecipientsLastHour) == (7, 3, 7))
            #expect(row.accountsLastHour == 2)
            #expect(row.lastSeen == RigClock.noon)
        }
    }

    @Test func whatAttentionOffersIsTrueAndGoesWhenItIsDone() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            harvest(rig, "203.0.113.9", 12)
            for host in 1...5 { rig.send(RigMail(client: "203.0.\(host).1")) }
            func items() async throws -> [Attention] {
                rig.engine.core.senders.expire()
                rig.engine.core.sources.expire()
                guard case .overview(let overview) = try await rig.link().view(ViewQuery(.overview)).content
                else { return [] }
                return overview.attention
            }
            let found = try await items()
            #expect(found.map(\.subject) == ["yamada88@isp.example", "203.0.113.9"])
            #expect(found.map(\.verb) == ["contain", "block"])
            #expect(found[0].evidence.hasSuffix("5 networks in the last hour"))
            #expect(found[1].evidence == "score 12: 12 unknown recipients")
            #expect(try await rig.link().view(ViewQuery(.plans)).status.alerts == 2)
            try await rig.perform(.contain(account: "yamada88@isp.example"))
            try await rig.perform(.block(network: "203.0.113.0/24"))
            #expect(try await items().isEmpty)
        }
    }
}
