import ControlProtocol
import Testing

/// What may come in.
@Suite struct MXTests {
    private let known = PostfixConfiguration.knownRecipients[0]

    @Test func sourceIsHeldToItsRateAndACarriersNetworkIsNot() async throws {
        var configuration = EngineConfiguration()
        configuration.sourceLimits = ["5 messages per hour"]
        configuration.docomoNetworks = ["127.0.8.0/24"]
        try await Site.open(gates: [.mx], configuration: configuration) { site in
            let source = try await connect(to: site, from: "127.0.7.1")
            for _ in 1...5 { #expect(try await source.send(from: "a@far.example", to: known).accepted) }
            let sixth = try await source.send(from: "a@far.example", to: known)
            #expect(sixth.refusal?.code == 450)
            #expect(sixth.refusal?.enhancedStatus == "4.7.1")

            let carrier = try await connect(to: site, from: "127.0.8.1")
            for _ in 1...8 { #expect(try await carrier.send(from: "a@docomo.ne.jp", to: known).accepted) }

            try await site.engine.change("whitelist", "127.0.7.1")
            #expect(try await source.send(from: "a@far.example", to: known).accepted)
        }
    }

    @Test func harvestingSourceIsSentAwayEvenWithAKnownRecipient() async throws {
        var configuration = EngineConfiguration()
        configuration.harvestingAfter = 10
        try await Site.open(gates: [.mx], configuration: configuration) { site in
            let harvester = try await connect(to: site, from: "127.0.7.1")
            for number in 1...10 {
                let tried = try await harvester.send(from: "a@far.example", to: "guess\(number)@isp.example")
                #expect(tried.refusal?.code == 550, "\(tried)")
            }
            let refused = try await harvester.send(from: "a@far.example", to: known)
            #expect(refused.refusal?.code == 450)
            #expect(refused.refusal?.enhancedStatus == "4.7.1")

            let honest = try await connect(to: site, from: "127.0.9.1")
            #expect(try await honest.send(from: "b@far.example", to: known).accepted)
            let top = try await site.engine.source("127.0.7.1")
            #expect(top.row.unknownRecipientsLastHour >= 10)
        }
    }

    @Test func blockedNetworkIsRefusedUntilItIsCleared() async throws {
        try await Site.open(gates: [.mx]) { site in
            let client = try await connect(to: site, from: "127.0.7.1")
            #expect(try await client.send(from: "a@far.example", to: known).accepted)
            try await site.engine.change("block", "127.0.7.0/24", "--for", "1h")
            let refused = try await client.send(from: "a@far.example", to: known)
            #expect(refused.refusal?.code == 554)
            #expect(refused.refusal?.enhancedStatus == "5.7.1")
            try await site.engine.change("clear", "127.0.7.0/24")
            #expect(try await client.send(from: "a@far.example", to: known).accepted)
        }
    }

    @Test func hungEngineCostsARecipientAboutTenSecondsAndNoMail() async throws {
        try await Site.open(gates: [.mx]) { site in
            await site.engine.freeze()
            let client = try await connect(to: site, from: "127.0.7.1")
            let start = ContinuousClock.now
            #expect(try await client.send(from: "a@far.example", to: known).accepted)
            #expect(ContinuousClock.now - start < .seconds(16))
            #expect(try await site.sink.delivered(1).count == 1)
        }
    }

    private func connect(to site: Site, from source: String) async throws -> SMTPClient {
        let client = try SMTPClient(port: try site.postfix.port(.mx), from: source)
        _ = try await client.open()
        return client
    }
}
