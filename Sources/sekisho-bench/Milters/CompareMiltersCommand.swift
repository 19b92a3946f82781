import ArgumentParser

struct CompareMiltersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-milters",
        abstract: "Compare Sekisho's milters with OpenDKIM and Rspamd.",
        discussion: """
            All run beside this command and are shown the same message in turn, over UNIX sockets: 4.8 KB with one \
            rsa-2048 signature to verify, or none to be signed. The DNS is an unbound on a port of the loopback, and each \
            has its answers in its cache when it is measured; OpenDKIM reads them from a file. The figures are the middle ones of the rounds. Of \
            OpenDKIM, Rspamd and unbound those are left out that are not installed.
            """)

    @OptionGroup var options: ComparisonOptions

    func run() throws {
        let program = try options.program()
        let report = try options.inWorkplace { workplace in
            try MilterComparison(
                try MilterField(folder: workplace.folder), sekisho: program, rounds: options.rounds,
                seconds: options.seconds
            ).measure()
        }
        try options.print(report)
    }
}
