import ArgumentParser
import ControlProtocol
import Testing

@testable import sekisho

@Suite struct ParsingTests {
    @Test(arguments: [
        ["suspend", "a"], ["suspend", "a", "--reason", " "], ["suspend", "--reason", "r"],
        ["suspend", "a", "--reason", "r", "--for", "1"], ["suspend", "a", "--reason", "r", "--for", "-1h"],
        ["suspend", "a", "--reason", "r", "--for", "0h"], ["suspend", "a", "--reason", "r", "--for", "1.5h"],
        ["suspend", "a", "--reason", "r", "--for", "99999999999999999999h"],
        ["suspend", "a", "--reason", "r", "--for", "530w"], ["resume", "a", "--reason", "r", "--for", "1h"],
        ["limit", "set", "a", "--reason", "r"], ["limit", "set", "a", "b", "c", "--reason", "r"],
        ["limit", "set", "--plan", "p", "a", "b", "--reason", "r"],
        ["carrier", "throttle", "au", "-1", "--reason", "r"], ["carrier", "throttle", "au", "nan", "--reason", "r"],
        ["carrier", "throttle", "au", "inf", "--reason", "r"], ["carrier", "throttle", "au", "0x10", "--reason", "r"],
        ["carrier", "throttle", "au", "5/d", "--reason", "r"], ["queue", "delete", "--reason", "r"],
        ["queue", "delete", "--reason", "r", "--filter", " "], ["queue", "delete", "--reason", "r", "x", "--all"],
        ["queue", "list", "--account", "a b"], ["queue", "list", "--sort", "nothing"], ["top", "messages"],
        ["top", "senders", "--limit", "0"], ["top", "senders", "--limit", "1001"],
        ["top", "senders", "--offset", "-1"],
        ["undo", "x", "--reason", "r"], ["why"], ["show", "plan", "x"], ["frobnicate"],
    ])
    func whatMakesNoSenseIsRefusedAsUsage(arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) { try Sekisho.parseAsRoot(arguments) }
        #expect(Sekisho.exitCode(for: error).rawValue == CommandStatus.usage.rawValue)
        #expect(!Sekisho.message(for: error).isEmpty)
    }

    @Test(arguments: [("20", 20), ("20/s", 20), ("30/min", 0.5), ("36/h", 0.01), ("0", 0), ("0.2/s", 0.2)])
    func ratesHaveUnits(text: String, perSecond: Double) {
        #expect(Rate(argument: text)?.perSecond == perSecond)
    }

    @Test(
        arguments: [
            (["top", "senders"], ViewQuery(.senders, limit: 20)),
            (
                ["top", "sources", "--limit", "3", "--sort", "refused", "--ascending", "--filter", "score>10"],
                ViewQuery(.sources, filter: "score>10", sort: "refused", descending: false, limit: 3)
            ),
            (["why", "4bXyz1"], ViewQuery(.why, subject: "4bXyz1", limit: 20)),
            (["show", "account", "a"], ViewQuery(.account, subject: "a")),
            (
                ["queue", "list", "--account", "a", "--carrier", "au", "--filter", "size>1000"],
                ViewQuery(.queue, filter: "account:a carrier:au size>1000", limit: 20)
            ),
            (["status"], ViewQuery(.overview)), (["actions"], ViewQuery(.actions, limit: 20)),
            (["carrier", "list"], ViewQuery(.carriers, limit: 20)), (["plans"], ViewQuery(.plans, limit: 1_000)),
        ] as [([String], ViewQuery)])
    func viewsBecomeQueries(arguments: [String], query: ViewQuery) throws {
        let command = try #require(try Sekisho.parseAsRoot(arguments) as? any ViewCommand)
        #expect(try command.query() == query)
    }

    @Test func aMistypedColumnIsAnsweredWithTheNearest() throws {
        let error = try #require(throws: (any Error).self) {
            try Sekisho.parseAsRoot(["top", "senders", "--sort", "recieved", "--limit", "2"])
        }
        #expect(Sekisho.message(for: error).contains("senders has used, account, plan"))
        let near = try #require(throws: (any Error).self) {
            try Sekisho.parseAsRoot(["top", "senders", "--sort", "netwroks"])
        }
        #expect(Sekisho.message(for: near).contains("did you mean networks?"))
    }

    @Test func everyChangeTakesReasonDryRunAndYes() throws {
        for action in CommandLineRoundTripTests.actions.prefix(13) {
            let arguments = commandArguments(for: action, reason: "r")
            let command = try Sekisho.parseAsRoot(
                ["--dry-run", "--yes", "--json"].reduce(into: arguments) { all, flag in
                    all.insert(
                        flag, at: all.firstIndex(of: "--reason") ?? all.firstIndex(of: "--reason=r") ?? all.endIndex)
                })
            let change = try #require(command as? any ChangeCommand)
            #expect(change.change.dryRun && change.change.yes && change.engine.json)
        }
    }
}
