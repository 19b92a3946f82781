import ControlProtocol
import Foundation
import Testing

/// What stands when the engine was killed, and what Postfix does without it.
@Suite struct RestartTests {
    private let yamada = EngineConfiguration.Account.yamada.login
    private let tanaka = EngineConfiguration.Account.tanaka.login

    @Test func afterKillNineTheCountsAndTheSuspensionStand() async throws {
        try await Site.open { site in
            let client = try await site.submit(as: yamada)
            for _ in 1...7 { #expect(try await client.send(from: yamada, to: "a@elsewhere.example").accepted) }
            // A second of counts may be lost, and no more.
            let last = ContinuousClock.now
            try await eventually("the second that may be lost") { ContinuousClock.now - last > .milliseconds(1_500) }
            // What was confirmed is never lost, so nothing is waited for here.
            try await site.engine.change("suspend", tanaka)
            try await site.engine.kill()
            try await site.engine.start()

            for number in 8...10 {
                let sent = try await client.send(from: yamada, to: "a@elsewhere.example")
                #expect(sent.accepted, "\(number): \(sent)")
            }
            let eleventh = try await client.send(from: yamada, to: "a@elsewhere.example")
            #expect(eleventh.refusal?.code == 450, "\(eleventh)")
            let suspended = try await site.submit(as: tanaka).send(from: tanaka, to: "a@elsewhere.example")
            #expect(suspended.refusal?.code == 554, "\(suspended)")
            let badge = try await site.engine.account(tanaka).actions.first
            #expect(badge?.verb == "suspend")
            #expect(badge?.reason == "end-to-end test")
            #expect(badge?.actor == "root")
        }
    }

    @Test func queueIsStillJoinedToAccountsAfterARestart() async throws {
        try await Site.open { site in
            try await site.engine.change("suspend", tanaka, "--hold")
            let sent = try await site.submit(as: tanaka).send(from: "info@shop.example", to: "a@elsewhere.example")
            let queueID = try #require(sent.queueID)
            #expect(try await site.engine.stop() == 0)
            try await site.engine.start()
            try await eventually("the held message with its account") {
                try await site.engine.queue(of: tanaka).map(\.queueID) == [queueID]
            }
        }
    }

    @Test func withoutTheEngineEachGateDoesWhatTheReadmePromises() async throws {
        try await Site.open(gates: Gate.allCases) { site in
            try await site.engine.kill()

            let deferred = try await site.submit(as: tanaka).send(from: tanaka, to: "a@elsewhere.example")
            #expect(deferred.refusal?.code == 451, "\(deferred)")
            #expect(deferred.refusal?.enhancedStatus == "4.3.0")

            let injection = try SMTPClient(port: site.postfix.injectionPort)
            _ = try await injection.open()
            #expect(try await injection.send(from: tanaka, to: "a@docomo.ne.jp", subject: "to docomo").accepted)
            try await eventually("mail to the carrier in the deferred queue") {
                try await site.postfix.queue().contains { $0.contains("\"deferred\"") && $0.contains("451 4.3.0") }
            }

            let mx = try SMTPClient(port: try site.postfix.port(.mx), from: "127.0.7.1")
            _ = try await mx.open()
            #expect(try await mx.send(from: "a@far.example", to: tanaka, subject: "incoming").accepted)
            #expect(try await site.sink.delivered(1).map(\.subject) == ["incoming"])

            try await site.engine.start()
            try await CommandResult.check(
                "/usr/sbin/postqueue", ["-c", site.postfix.configurationDirectory, "-f"])
            let delivered = try await site.sink.delivered(2)
            #expect(delivered.map(\.subject) == ["incoming", "to docomo"])
        }
    }
}
