import ArgumentParser
import Foundation
import Glibc

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

    @Option(help: "Rounds, 1 to 100.")
    var rounds = 3

    @Option(help: "Seconds that each is shown messages in each round.")
    var seconds = 2.0

    @Option(help: "The sekisho command; by default the one beside this.", completion: .file())
    var sekisho: String?

    @Flag(help: "Print the figures as one JSON object.")
    var json = false

    func validate() throws {
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds is from 1 to 100") }
        guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds is up to 600") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let program = try sekisho ?? Self.besideThis()
        guard FileManager.default.isExecutableFile(atPath: program) else { throw ComparisonError.noProgram(program) }
        let report = try inWorkplace { folder in
            try MilterComparison(try MilterField(folder: folder), sekisho: program, rounds: rounds, seconds: seconds)
                .measure()
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print(report)
        }
    }

    private static func besideThis() throws -> String {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appendingPathComponent("sekisho").path
    }

    private func inWorkplace<Result>(_ body: (String) throws -> Result) throws -> Result {
        let workplace = try Workplace()
        let signals = RunningChildren.shared.endWithThisProcess { workplace.remove() }
        defer {
            for signal in signals { signal.cancel() }
            workplace.remove()
        }
        return try body(workplace.folder)
    }
}
