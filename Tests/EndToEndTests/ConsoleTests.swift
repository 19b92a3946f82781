import ControlProtocol
import Testing

/// The console on a pseudo-terminal, before a real engine and a real Postfix: what the screen says is what happens.
@Suite struct ConsoleTests {
    private let yamada = EngineConfiguration.Account.yamada.login
    private let tanaka = EngineConfiguration.Account.tanaka.login
    private let known = PostfixConfiguration.knownRecipients[0]

    @Test func suspensionFromTheConsoleStopsAnAccountAndUndoLetsItSendAgain() async throws {
        try await watch { site, console in
            let client = try await site.submit(as: tanaka)
            #expect(try await client.send(from: tanaka, to: "a@elsewhere.example").accepted)

            try await console.select(tanaka, inView: 3)
            try await console.act("x", dialog: "Suspend \(tanaka)")
            try await console.terminal.shows("suspended")
            let refused = try await client.send(from: tanaka, to: "a@elsewhere.example")
            #expect(refused.refusal?.code == 554, "\(refused)")
            let action = try #require(try await site.engine.actions().first)
            #expect(action.verb == "suspend" && action.target == tanaka)
            #expect(action.reason == "端末の試験")
            #expect(action.expires != nil)

            try await console.select("suspend", inView: 7)
            try await console.act("u", dialog: "Undo #\(action.number)")
            try await console.terminal.shows("undone by #")
            #expect(try await client.send(from: tanaka, to: "a@elsewhere.example").accepted)
            #expect(try await site.engine.account(tanaka).row.state == .active)
            #expect(try await console.quit() == 0)
        }
    }

    @Test func limitFromTheConsoleHoldsFromTheNextMessageOn() async throws {
        try await watch { site, console in
            let client = try await site.submit(as: yamada)
            #expect(try await client.send(from: yamada, to: "a@elsewhere.example").accepted)

            try await console.select(yamada, inView: 3)
            try await console.act("l", dialog: "Limit \(yamada)", ["Limit": "2 messages per day"])
            try await console.terminal.shows(" 1/2 m")
            #expect(try await client.send(from: yamada, to: "a@elsewhere.example").accepted)
            let third = try await client.send(from: yamada, to: "a@elsewhere.example")
            #expect(third.refusal?.text.contains("2 of 2 messages per day") == true, "\(third)")
            try await console.terminal.shows(" 2/2 m")
        }
    }

    @Test func whitelistFromTheConsolePassesASourceAndUndoEndsThat() async throws {
        var configuration = EngineConfiguration()
        configuration.sourceLimits = ["1 message per hour"]
        try await watch(gate: .mx, configuration: configuration) { site, console in
            let client = try SMTPClient(port: try site.postfix.port(.mx), from: "127.0.7.1")
            _ = try await client.open()
            #expect(try await client.send(from: "a@far.example", to: known).accepted)
            #expect(try await client.send(from: "a@far.example", to: known).refusal?.code == 450)

            try await console.select("127.0.7.1", inView: 4)
            try await console.act("w", dialog: "Whitelist 127.0.7.1")
            try await console.terminal.shows("whitelisted")
            #expect(try await client.send(from: "a@far.example", to: known).accepted)

            let action = try #require(try await site.engine.actions().first)
            #expect(action.verb == "whitelist")
            try await console.select("whitelist", inView: 7)
            try await console.act("u", dialog: "Undo #\(action.number)")
            try await console.terminal.shows("undone by #")
            #expect(try await client.send(from: "a@far.example", to: known).refusal?.code == 450)
        }
    }

    private func watch(
        gate: Gate = .submission, configuration: EngineConfiguration = .init(),
        _ body: (Site, OperatorSession) async throws -> Void
    ) async throws {
        try await Site.open(gates: [gate], configuration: configuration) { site in
            let console = try await OperatorSession(at: site.engine)
            do {
                try await console.terminal.shows("Overview")
                try await body(site, console)
            } catch {
                let screen = (try? await console.terminal.screen()) ?? ""
                await console.end()
                throw RigError("\(error)\n\(TerminalSession.withoutBlankLines(screen))")
            }
            await console.end()
        }
    }
}
