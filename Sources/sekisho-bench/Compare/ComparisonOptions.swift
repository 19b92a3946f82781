import ArgumentParser
import Foundation
import Glibc

/// What both comparisons are told, and how they run.
struct ComparisonOptions: ParsableArguments {
    @Option(help: "Rounds, 1 to 100.")
    var rounds = 5

    @Option(help: "Seconds that each side is measured in each round.")
    var seconds = 3.0

    @Option(help: "The sekisho command; by default the one beside this.", completion: .file())
    var sekisho: String?

    @Flag(help: "Print the figures as one JSON object.")
    var json = false

    func validate() throws {
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds is from 1 to 100") }
        guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds is up to 600") }
    }

    /// This command itself.
    static var own: String { URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path }

    /// The path of the sekisho command.
    ///
    /// - Throws: ``ComparisonError``.
    func program() throws -> String {
        let beside = URL(fileURLWithPath: Self.own).deletingLastPathComponent().appendingPathComponent("sekisho").path
        let program = sekisho ?? beside
        guard FileManager.default.isExecutableFile(atPath: program) else { throw ComparisonError.noProgram(program) }
        return program
    }

    /// Runs the body in a folder that is gone afterwards, also when the command is told to end.
    func inWorkplace<Result>(_ body: (Workplace) throws -> Result) throws -> Result {
        signal(SIGPIPE, SIG_IGN)
        let workplace = try Workplace()
        let signals = RunningChildren.shared.endWithThisProcess { workplace.remove() }
        defer {
            for signal in signals { signal.cancel() }
            workplace.remove()
        }
        return try body(workplace)
    }

    func print(_ report: some Encodable & CustomStringConvertible) throws {
        guard json else { return Swift.print(report) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        Swift.print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}
