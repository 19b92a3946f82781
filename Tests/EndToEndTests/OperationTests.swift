import ControlProtocol
import Testing

/// Running the daemon: its configuration while it runs, and who may do what.
@Suite struct OperationTests {
    private let yamada = EngineConfiguration.Account.yamada.login

    @Test func hangUpTakesTheNewConfigurationAndKeepsTheOldOneIfThatIsWrong() async throws {
        try await Site.open { site in
            let client = try await site.submit(as: yamada)
            #expect(try await client.send(from: yamada, to: "a@elsewhere.example").accepted)
            var configuration = EngineConfiguration()
            configuration.newPlanLimits = ["2 messages per day"]
            let text = configuration.file(in: site.folder)
            try await site.engine.reload(text)
            try await eventually("the new limit") {
                try await site.engine.account(yamada).limits.first?.quantity == 2
            }
            // A changed limit keeps the history: one is taken already.
            #expect(try await client.send(from: yamada, to: "a@elsewhere.example").accepted)
            #expect(try await client.send(from: yamada, to: "a@elsewhere.example").refusal?.code == 450)

            try await site.engine.reload(text.replacing("2 messages per day", with: "-2 messages per day"))
            try await eventually("the complaint in the log") { site.engine.log.contains("the quantity is negative") }
            try await site.engine.reload(text.replacing("time_zone", with: "time_zoen"))
            try await eventually("the complaint in the log") { site.engine.log.contains("time_zoen") }
            // What ends the process that the parser runs in.
            try await site.engine.reload("[=a]\n" + text)
            try await eventually("the complaint in the log") { site.engine.log.contains("gives up at") }
            #expect(try await client.send(from: yamada, to: "a@elsewhere.example").refusal?.code == 450)
        }
    }

    @Test func whoMayOnlyLookCannotSuspendAndTheAttemptIsRecorded() async throws {
        try await Site.open { site in
            #expect(try await site.engine.command(["top", "senders"], as: "nobody").status == 0)
            let refused = try await site.engine.command(["suspend", yamada, "--reason", "a joke"], as: "nobody")
            #expect(refused.status == 4, "\(refused.errors)")
            let client = try await site.submit(as: yamada)
            #expect(try await client.send(from: yamada, to: "a@elsewhere.example").accepted)
            let attempt = try #require(try await site.engine.actions().first)
            #expect(attempt.actor == "nobody")
            #expect(attempt.verb == "suspend")
            #expect(attempt.state == .refused)
        }
    }

    @Test func commandWithoutAnEngineSaysSoByItsExitStatus() async throws {
        try await Site.open { site in
            #expect(try await site.engine.stop() == 0)
            let status = try await site.engine.command(["status"])
            #expect(status.status == 5)
            #expect(status.errors.contains(site.engine.controlSocket), "\(status.errors)")
        }
    }
}
