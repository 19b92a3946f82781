import ControlProtocol
import ControlTesting
import MailPolicy
import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite struct WhyTests {
    private let yamada = "yamada88@isp.example"

    @Test func theVerdictsOnAMessageAreFoundByItsQueueIDAlsoFromBeforeItHadOne() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            rig.send(RigMail(recipients: ["a@x.example", "b@x.example"], queueID: "4cVq2b1xYz0", instance: "7.1.0"))
            rig.send(RigMail(queueID: "4cvq2B1xyz0", instance: "7.2.0"))
            let rows = try await rig.why("4cVq2b1xYz0")
            #expect(rows.map(\.protocolState) == ["END-OF-MESSAGE", "RCPT", "RCPT"])
            #expect(Set(rows.compactMap(\.transaction)) == ["7.1.0"])
            #expect(try await rig.why("7.2.0").map(\.queueID) == ["4cvq2B1xyz0", nil])
        }
    }

    @Test func theVerdictsAreFoundByAccountSourceAndNetwork() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            rig.send(RigMail(client: "203.0.113.9"))
            rig.send(RigMail(login: "tanabe@isp.example", client: "203.0.113.10"))
            rig.send(RigMail(client: "203.0.114.1"))
            #expect(try await rig.why("Yamada88@ISP.example").count == 4)
            #expect(try await rig.why("203.0.113.9").count == 2)
            #expect(try await rig.why("203.0.113.0/24").count == 4)
            #expect(try await rig.why(nil).count == 6)
            #expect(try await rig.why("nothing of the kind").isEmpty)
        }
    }

    @Test func aRefusalTellsTheLimitTheCountAndWhenItIsFreeAgain() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            for _ in 0..<11 { rig.send(RigMail()) }
            let row = try #require(try await rig.why(yamada).first)
            #expect(row.outcome == .deferred)
            #expect(row.rule == "plan-limit")
            #expect((row.limit, row.limitOf) == ("10 messages per day", "plan new"))
            #expect((row.count, row.quantity) == (10, 10))
            #expect(row.freeAgain == RigClock.noon + 86_400_000)
            #expect(row.reply.hasPrefix("450 4.7.1"))
        }
    }

    @Test func anOverrideIsNamedWithWhoAndWhy() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let receipt = try await rig.perform(.suspend(account: yamada, mode: .refuse))
            rig.send(RigMail())
            let row = try #require(try await rig.why(yamada).first)
            #expect(row.override?.id == receipt.overrideID)
            #expect(row.override?.actor == "sato")
            #expect(row.override?.reason == "ticket 4411")
        }
    }

    @Test func aFilterLooksAtAllVerdictsAndNotAtThePageAlone() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.suspend(account: yamada, mode: .refuse))
            rig.send(RigMail())
            for _ in 0..<40 { rig.send(RigMail(login: "suzuki@isp.example")) }
            let query = ViewQuery(.why, filter: "rule:suspended", limit: 10)
            guard case .why(let page) = try await rig.link().view(query).content else { return }
            #expect(page.rows.map(\.account) == [yamada])
            #expect((page.total, page.matched) == (81, 1))
        }
    }

    @Test func refusalsAreFoundAfterARestart() async throws {
        let folder = try TemporaryFolder()
        let clock = RigClock()
        try await EngineRig.run(clock: clock, folder: folder) { (rig) async throws -> Void in
            for _ in 0..<11 { rig.send(RigMail(client: "203.0.113.9", queueID: "4cVq2b1xYz0")) }
            try await rig.perform(.suspend(account: "tanabe@isp.example", mode: .refuse), for: 3_600)
        }
        clock.advance(by: 60_000)
        try await EngineRig.run(accounts: [], clock: clock, folder: folder) { (rig) async throws -> Void in
            #expect(try await rig.why(yamada).map(\.rule) == ["plan-limit"])
            #expect(try await rig.why("203.0.113.9").count == 1)
            #expect(rig.send(RigMail()).hasPrefix("450"))
            #expect(rig.send(RigMail(login: "tanabe@isp.example")).hasPrefix("554"))
            #expect(try await rig.why(yamada).map(\.count) == [10, 10])
        }
    }

    @Test func anUnknownSubjectIsToldWithTheNearest() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            func text(_ view: ViewKind, _ subject: String) async throws -> String? {
                guard
                    case .unknownSubject(let text) = try await rig.link().view(ViewQuery(view, subject: subject))
                        .content
                else { return nil }
                return text
            }
            #expect(try await text(.account, "yamada8")?.contains("did you mean \"yamada88@isp.example\"?") == true)
            #expect(try await text(.carrier, "docom")?.contains("did you mean \"docomo\"?") == true)
            #expect(try await text(.source, "203.0.113.9/24") != nil)
            #expect(try await text(.message, "AAAA0001") != nil)
        }
    }
}
