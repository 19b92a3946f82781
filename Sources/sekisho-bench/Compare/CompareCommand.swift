import ArgumentParser
import Foundation

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare Sekisho, as deployed, with the floor under every policy server.",
        discussion: """
            Both run beside this command and are asked in turn, over UNIX sockets, with what --state says; the figures \
            are the middle ones of the rounds. Sekisho has its store and explanations on, and one event loop.
            """)

    @Option(help: "Accounts with limits.")
    var accounts = 10_000

    @Option(help: "Rounds, 1 to 100.")
    var rounds = 5

    @Option(help: "Seconds that each side is asked in each round.")
    var seconds = 3.0

    @Option(name: [.customShort("S"), .long], help: "RCPT or END-OF-MESSAGE.")
    var state = Traffic.State.rcpt

    @Option(help: "Which decisions Sekisho logs, one line each: all, refused or none.")
    var decisions = BenchConfiguration.LoggedDecisions.all

    @Option(help: "Accounts and sources for memory and start-up; 0 leaves that part out.")
    var large = 1_000_000

    @Option(help: "The sekisho command; by default the one beside this.", completion: .file())
    var sekisho: String?

    @Flag(help: "Print the figures as one JSON object.")
    var json = false

    func validate() throws {
        guard (1...10_000_000).contains(accounts) else { throw ValidationError("--accounts is from 1 to 10000000") }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds is from 1 to 100") }
        guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds is up to 600") }
        guard (0...10_000_000).contains(large) else { throw ValidationError("--large is up to 10000000") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let program =
            sekisho ?? URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("sekisho").path
        guard FileManager.default.isExecutableFile(atPath: program) else { throw ComparisonError.noProgram(program) }
        let comparison = Comparison(
            own: own, sekisho: program, accounts: accounts, rounds: rounds, seconds: seconds, state: state,
            decisions: decisions)
        var report = ComparisonReport(accounts: accounts)
        try inWorkplace { try comparison.measureSpeed(in: $0, &report) }
        if large > 0 { try inWorkplace { report.large = try comparison.measureLarge(large, in: $0) } }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print(report)
        }
    }

    private func inWorkplace(_ body: (Workplace) throws -> Void) throws {
        let workplace = try Workplace()
        let signals = RunningChildren.shared.endWithThisProcess { workplace.remove() }
        defer {
            for signal in signals { signal.cancel() }
            workplace.remove()
        }
        try body(workplace)
    }
}
