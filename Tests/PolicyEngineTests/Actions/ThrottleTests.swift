import ControlProtocol
import ControlTesting
import MailPolicy
import NIOPosix
import Testing

@testable import PolicyEngine

@Suite struct ThrottleTests {
    private func ask(_ rig: EngineRig, _ number: Int) async throws -> String {
        var mail = RigMail(gate: .outbound, login: "", sender: "a@isp.example")
        mail.instance = "out.\(number)"
        let client = try await PolicyClient.connect(
            to: rig.folder.file("policy"), on: MultiThreadedEventLoopGroup.singleton)
        defer { client.close() }
        return try await client.ask(rig.text(of: mail, .rcpt, recipient: "b@docomo.ne.jp").encoded)
    }

    private func row(_ rig: EngineRig) async throws -> CarrierRow {
        guard case .carriers(let page) = try await rig.link().view(ViewQuery(.carriers)).content,
            let row = page.rows.first(where: { $0.carrier == "docomo" })
        else { throw RigError.notSeen("docomo") }
        return row
    }

    /// What four requests that wait at a carrier that is stopped are answered after `body`.
    private func answers(_ rig: EngineRig, after body: @Sendable () async throws -> Void) async throws -> [String] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<4 { group.addTask { try await ask(rig, number) } }
            #expect(try await eventually { try await row(rig).waiting == 4 })
            try await body()
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func aNewRateReachesThoseWhoWaitAlready() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.throttle(carrier: "docomo", perSecond: 0))
            let answers = try await answers(rig) { () async throws -> Void in
                try await rig.perform(.throttle(carrier: "docomo", perSecond: 1_000))
                for _ in 0..<10 {
                    rig.clock.advance(by: 1)
                    try await rig.perform(.throttle(carrier: "docomo", perSecond: 1_000))
                }
            }
            #expect(answers == Array(repeating: "DUNNO", count: 4))
            #expect(try await row(rig).passedLastHour == 4)
            #expect(try await row(rig).waiting == 0)
        }
    }

    @Test func undoingAThrottleLetsThoseGoWhoWait() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let stop = try await rig.perform(.throttle(carrier: "docomo", perSecond: 0))
            let answers = try await answers(rig) { () async throws -> Void in
                rig.clock.advance(by: 10_000)
                try await rig.perform(.undo(number: stop.number))
                #expect(
                    try await eventually {
                        rig.clock.advance(by: 200)
                        try await rig.perform(.suspend(account: "yamada88@isp.example", mode: .refuse))
                        return try await row(rig).waiting == 0
                    })
            }
            #expect(answers == Array(repeating: "DUNNO", count: 4))
            #expect(try await row(rig).ratePerSecond == 5)
        }
    }

    @Test func aThrottleThatRunsOutLetsThoseGoWhoWait() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.throttle(carrier: "docomo", perSecond: 0), for: 10)
            let answers = try await answers(rig) { () async throws -> Void in
                rig.clock.advance(by: 10_000)
                #expect(try await eventually { try await row(rig).ratePerSecond == 5 })
                // The engine's own second finds that it is over; nobody asks anything meanwhile.
                #expect(try await eventually { try await row(rig).waiting < 4 })
                #expect(
                    try await eventually {
                        rig.clock.advance(by: 200)
                        try await rig.perform(.suspend(account: "yamada88@isp.example", mode: .refuse))
                        return try await row(rig).waiting == 0
                    })
            }
            #expect(answers == Array(repeating: "DUNNO", count: 4))
        }
    }

    @Test func theRateIsWhatPassedInTheLastTenSeconds() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            var connection = Connection()
            for second in 0..<20 {
                var mail = RigMail(gate: .outbound, login: "", sender: "a@isp.example")
                for part in 0..<(second < 10 ? 4 : 2) {
                    mail.instance = "rate.\(second).\(part)"
                    #expect(rig.ask(rig.text(of: mail, .rcpt, recipient: "b@docomo.ne.jp"), on: &connection) == "DUNNO")
                    rig.clock.advance(by: 200)
                }
                rig.clock.advance(by: second < 10 ? 200 : 600)
                if second == 9 { #expect(try await row(rig).actualPerSecond == 4) }
            }
            #expect(try await row(rig).actualPerSecond == 2)
            rig.clock.advance(by: 5_000)
            #expect(try await row(rig).actualPerSecond == 1)
            rig.clock.advance(by: 60_000)
            #expect(try await row(rig).actualPerSecond == 0)
            #expect(try await row(rig).passedLastHour == 60)
        }
    }
}
