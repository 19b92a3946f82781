import ControlProtocol
import Testing

/// What may leave, and how much, over SMTP AUTH through a real Postfix.
@Suite struct SubmissionTests {
    private let yamada = EngineConfiguration.Account.yamada.login
    private let tanaka = EngineConfiguration.Account.tanaka.login

    @Test func tenMessagesOfANewAccountAreDeliveredAndTheEleventhIsRefused() async throws {
        try await Site.open { site in
            let client = try await site.submit(as: yamada)
            for number in 1...10 {
                let sent = try await client.send(from: yamada, to: "a@elsewhere.example", subject: "mail \(number)")
                #expect(sent.accepted, "\(number): \(sent)")
            }
            let eleventh = try await client.send(from: yamada, to: "a@elsewhere.example", subject: "mail 11")
            #expect(eleventh.refusal?.code == 450)
            #expect(eleventh.refusal?.enhancedStatus == "4.7.1")
            #expect(eleventh.refusal?.text.contains("10 of 10 messages per day") == true, "\(eleventh)")

            let delivered = try await site.sink.delivered(10)
            #expect(Set(delivered.map(\.subject)) == Set((1...10).map { "mail \($0)" }))
            let use = try await site.engine.account(yamada).limits.first
            #expect(use?.used == 10)
            #expect(use?.quantity == 10)
        }
    }

    @Test func twentyConnectionsAtOnceGetTenMessagesThroughAndNoMore() async throws {
        try await Site.open { site in
            let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 1...20 {
                    group.addTask {
                        let client = try await site.submit(as: yamada)
                        return try await client.send(
                            from: yamada, to: "a@elsewhere.example", subject: "mail \(number)"
                        ).accepted
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(accepted == 10)
            _ = try await site.sink.delivered(10)
            #expect(try await site.engine.account(yamada).limits.first?.used == 10)
        }
    }

    @Test func suspendedAccountIsRefusedWithinASecondOfTheCommand() async throws {
        try await Site.open { site in
            let client = try await site.submit(as: tanaka)
            #expect(try await client.send(from: tanaka, to: "a@elsewhere.example").accepted)

            try await site.engine.change("suspend", tanaka, "--for", "24h")
            let confirmed = ContinuousClock.now
            let refused = try await client.send(from: tanaka, to: "a@elsewhere.example")
            #expect(ContinuousClock.now - confirmed < .seconds(1))
            #expect(refused.refusal?.code == 554)
            #expect(refused.refusal?.enhancedStatus == "5.7.1")
            #expect(refused.refusal?.text.contains("abuse@isp.example") == true, "\(refused)")

            try await site.engine.change("resume", tanaka)
            #expect(try await client.send(from: tanaka, to: "a@elsewhere.example").accepted)
        }
    }

    @Test func mailFromMustBelongToTheLogin() async throws {
        try await Site.open { site in
            let client = try await site.submit(as: tanaka)
            let forged = try await client.send(from: "sato@isp.example", to: "a@elsewhere.example")
            #expect(forged.refusal?.code == 553)
            #expect(forged.refusal?.enhancedStatus == "5.7.1")

            #expect(try await client.send(from: "info@shop.example", to: "a@elsewhere.example").accepted)
            let delivered = try await site.sink.delivered(1)
            #expect(delivered.map(\.sender) == ["info@shop.example"])
            #expect(try await site.engine.why(tanaka).contains { $0.reply.contains("553 5.7.1") })
        }
    }

    @Test func withoutAuthenticationNothingIsTaken() async throws {
        try await Site.open { site in
            let client = try SMTPClient(port: try site.postfix.port(.submission))
            _ = try await client.open()
            let refused = try await client.send(from: tanaka, to: "a@elsewhere.example")
            #expect(refused.refusal?.code == 554)
            #expect(refused.refusal?.enhancedStatus == "5.7.0")
            #expect(try site.sink.delivered().isEmpty)
        }
    }

    @Test func whatWasAbortedIsGivenBack() async throws {
        try await Site.open { site in
            let client = try await site.submit(as: yamada)
            for _ in 1...12 {
                #expect(try await client.command("MAIL FROM:<\(yamada)>").code == 250)
                #expect(try await client.command("RCPT TO:<a@elsewhere.example>").code == 250)
                #expect(try await client.command("RSET").code == 250)
            }
            for _ in 1...10 { #expect(try await client.send(from: yamada, to: "a@elsewhere.example").accepted) }
            #expect(try await client.send(from: yamada, to: "a@elsewhere.example").refusal?.code == 450)
        }
    }
}
