import ArgumentParser

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

    @Option(name: [.customShort("S"), .long], help: "RCPT or END-OF-MESSAGE.")
    var state = Traffic.State.rcpt

    @Option(help: "Which decisions Sekisho logs, one line each: all, refused or none.")
    var decisions = BenchConfiguration.LoggedDecisions.all

    @Option(help: "Accounts and sources for memory and start-up; 0 leaves that part out.")
    var large = 1_000_000

    @OptionGroup var options: ComparisonOptions

    func validate() throws {
        guard (1...10_000_000).contains(accounts) else { throw ValidationError("--accounts is from 1 to 10000000") }
        guard (0...10_000_000).contains(large) else { throw ValidationError("--large is up to 10000000") }
    }

    func run() throws {
        let comparison = Comparison(
            own: ComparisonOptions.own, sekisho: try options.program(), accounts: accounts, rounds: options.rounds,
            seconds: options.seconds, state: state, decisions: decisions)
        var report = ComparisonReport(accounts: accounts)
        try options.inWorkplace { try comparison.measureSpeed(in: $0, &report) }
        if large > 0 { try options.inWorkplace { report.large = try comparison.measureLarge(large, in: $0) } }
        try options.print(report)
    }
}
