import ControlProtocol
import ControlTesting
import Foundation
import Testing

@testable import sekisho

/// The built command against a real control socket.
@Suite(.timeLimit(.minutes(3))) struct RunningTests {
    private func sekisho(_ served: ServedEngine, _ arguments: [String]) async throws -> CommandRun {
        try await CommandRun.sekisho(arguments, environment: ["SEKISHO_SOCKET": served.path])
    }

    @Test func aChangeIsOrderedAndItsReceiptPrinted() async throws {
        try await ServedEngine.run { served in
            let run = try await sekisho(
                served, ["suspend", "yamada88@isp.example", "--reason", "チケット 4411", "--for", "24h"])
            #expect(run.status == 0)
            #expect(run.output == "#41  suspend yamada88@isp.example\n")
            #expect(
                served.engine.orders == [
                    Order(
                        action: .suspend(account: "yamada88@isp.example", mode: .refuse), reason: "チケット 4411",
                        seconds: 86_400)
                ])
            let json = try await sekisho(served, ["resume", "a", "--reason", "r", "--json"])
            let receipt = try JSONLine.decode(Receipt.self, from: Array(json.output.utf8))
            #expect(receipt == .sample(of: Order(action: .resume(account: "a"), reason: "r", seconds: nil)))
        }
    }

    @Test func aDryRunChangesNothing() async throws {
        try await ServedEngine.run { served in
            let run = try await sekisho(served, ["contain", "a", "--dry-run"])
            #expect(run.status == 0)
            #expect(run.output == "contain a\nStops       41 messages a minute\nTakes role  abuse\n")
            let json = try await sekisho(served, ["contain", "a", "--dry-run", "--json"])
            #expect(
                try JSONLine.decode(Preview.self, from: Array(json.output.utf8)) == .sample(of: .contain(account: "a")))
            #expect(served.engine.orders.isEmpty)
        }
    }

    @Test func whatCannotBeUndoneTakesAYesWhereNobodyCanBeAsked() async throws {
        let engine = FakeEngine(preview: { action in
            var preview = Preview.sample(of: action)
            preview.affected = 1_204
            return preview
        })
        try await ServedEngine.run(engine) { served in
            let arguments = ["queue", "delete", "--account", "a", "--reason", "r"]
            let refused = try await sekisho(served, arguments)
            #expect(refused.status == CommandStatus.notConfirmed.rawValue)
            #expect(refused.errors.contains("--yes"))
            #expect(engine.orders.isEmpty)
            #expect(try await sekisho(served, arguments + ["--yes"]).status == 0)
            #expect(engine.orders.count == 1)
            // What can be undone does not ask.
            #expect(try await sekisho(served, ["queue", "hold", "--account", "a", "--reason", "r"]).status == 0)
        }
    }

    @Test(arguments: [("y\n", 0, 1), ("yes\n", 0, 1), ("n\n", 6, 0), ("\n", 6, 0), ("\u{4}", 6, 0)])
    func onATerminalItAsks(answer: String, status: Int32, orders: Int) async throws {
        let engine = FakeEngine(preview: { action in
            var preview = Preview.sample(of: action)
            preview.affected = 1_204
            return preview
        })
        try await ServedEngine.run(engine) { served in
            let run = try await CommandRun.sekishoOnTerminal(
                ["queue", "delete", "--account", "a", "--reason", "r"], typing: answer,
                environment: ["SEKISHO_SOCKET": served.path])
            #expect(run.status == status, "\(run)")
            #expect(run.output.contains("This cannot be undone. Go on? [y/N]"))
            #expect(engine.orders.count == orders)
        }
    }

    @Test func oneMessageIsDeletedWithoutAsking() async throws {
        try await ServedEngine.run { served in
            let run = try await sekisho(served, ["queue", "delete", "mx1/4bXyz1", "--reason", "r"])
            #expect(run.status == 0)
            #expect(served.engine.orders.count == 1)
        }
    }

    @Test(arguments: [
        (ControlError.forbidden("viewer"), CommandStatus.forbidden), (.notFound("no account"), .notFound),
        (.failed("disk full"), .failed), (.invalidParameters("no limit"), .usage), (.internalError("x"), .failed),
        (.unreachable("gone"), .unreachable),
    ])
    func theExitStatusTellsWhatWentWrong(error: ControlError, status: CommandStatus) async throws {
        try await ServedEngine.run(FakeEngine(answer: { _ in throw error })) { served in
            let run = try await sekisho(served, ["resume", "a", "--reason", "r"])
            #expect(run.status == status.rawValue)
            #expect(run.output.isEmpty)
            #expect(run.errors == "sekisho: \(error.message)\n")
            let json = try await sekisho(served, ["resume", "a", "--reason", "r", "--json"])
            #expect(json.status == status.rawValue)
            #expect(try JSONLine.decode([String: ControlError].self, from: Array(json.errors.utf8)) == ["error": error])
        }
    }

    @Test func whatWasNotDoneIsToldAndHasItsOwnStatus() async throws {
        let engine = FakeEngine(answer: { order in
            var receipt = Receipt.sample(of: order)
            receipt.notDone = ["mx1/4bXyz2: no longer in the queue"]
            return receipt
        })
        try await ServedEngine.run(engine) { served in
            let run = try await sekisho(served, ["queue", "hold", "mx1/4bXyz1", "mx1/4bXyz2", "--reason", "r"])
            #expect(run.status == CommandStatus.partlyDone.rawValue)
            #expect(run.errors == "not done: mx1/4bXyz2: no longer in the queue\n")
        }
    }

    @Test func anEngineThatIsNotThereIsSaid() async throws {
        let run = try await CommandRun.sekisho(["status", "--socket", "/tmp/no/such.sock"])
        #expect(run.status == CommandStatus.unreachable.rawValue)
        #expect(run.errors.hasPrefix("sekisho: no engine listens on /tmp/no/such.sock"))
    }

    @Test func usageHasTheStatusOfSysexits() async throws {
        #expect(try await CommandRun.sekisho(["suspend"]).status == 64)
        #expect(try await CommandRun.sekisho(["--help"]).output.contains("EXIT STATUS"))
    }

    @Test func anUnknownSubjectIsNotFound() async throws {
        try await ServedEngine.run(FakeEngine(content: { _ in .unknownSubject("no verdict names x") })) { served in
            let run = try await sekisho(served, ["why", "x"])
            #expect(run.status == CommandStatus.notFound.rawValue)
            #expect(run.errors == "sekisho: no verdict names x\n")
            let json = try await sekisho(served, ["why", "x", "--json"])
            #expect(json.status == CommandStatus.notFound.rawValue)
            #expect(json.output.contains(#""view":"unknown""#))
        }
    }

    @Test func whatNoVerdictIsKeptOnIsNotFound() async throws {
        let none = Page<VerdictRow>(total: 0, matched: 0, offset: 0, rows: [])
        try await ServedEngine.run(FakeEngine(content: { _ in .why(none) })) { served in
            let run = try await sekisho(served, ["why", "4bXyz1"])
            #expect(run.status == CommandStatus.notFound.rawValue)
            #expect(run.output.isEmpty)
            #expect(run.errors.hasPrefix("sekisho: no verdict on it is kept"))
        }
    }

    @Test func anEngineWithSeveralThingsToSayGetsALineForEach() async throws {
        let problem = ControlError.failed("two things are wrong: a:1: this\na:2: \u{1B}[2J")
        try await ServedEngine.run(FakeEngine(content: { _ in throw problem })) { served in
            let run = try await sekisho(served, ["top", "plans"])
            #expect(run.errors == "sekisho: two things are wrong: a:1: this\n    a:2: \\x1b[2J\n")
        }
    }

    @Test func viewsArePrintedAsTablesAndAsJSON() async throws {
        let rows = [SenderRow.sample("佐藤商店@shop.example"), .sample("a\u{1B}[2J@isp.example")]
        try await ServedEngine.run(FakeEngine(content: { _ in .senders(rows) })) { served in
            let run = try await sekisho(served, ["top", "senders", "--filter", "plan:new"])
            #expect(run.status == 0)
            #expect(run.output.contains(#"a\x1b[2J@isp.example"#))
            #expect(run.output.contains("(1-2 of 2, mx1 14:03:22 JST)"))
            let json = try await sekisho(served, ["top", "senders", "--json"])
            let frame = try JSONLine.decode(ViewFrame.self, from: Array(json.output.utf8))
            #expect(frame == ViewFrame(status: .sample, content: .senders(rows)))
        }
    }

    @Test func accountsAreImportedWhole() async throws {
        try await ServedEngine.run { served in
            let file = served.folder.file("accounts.csv")
            try "login,plan\n佐藤@isp.example,new\n".write(toFile: file, atomically: false, encoding: .utf8)
            let run = try await sekisho(served, ["accounts", "import", file, "--reason", "r"])
            #expect(run.status == 0)
            #expect(served.engine.imports == ["login,plan\n佐藤@isp.example,new\n"])
            try Data([0xFF, 0xFE, 0x0A]).write(to: URL(fileURLWithPath: file))
            #expect(try await sekisho(served, ["accounts", "import", file, "--reason", "r"]).status == 64)
            let absent = try await sekisho(served, ["accounts", "import", file + "x", "--reason", "r"])
            #expect(absent.status == CommandStatus.failed.rawValue)
            #expect(served.engine.imports.count == 1)
            #expect(try await sekisho(served, ["reload"]).output == "#10  configuration read again\n")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionsAreMadeForEveryShell(shell: String) async throws {
        let run = try await CommandRun.sekisho(["--generate-completion-script", shell])
        #expect(run.status == 0)
        #expect(run.output.contains("suspend"))
    }
}
