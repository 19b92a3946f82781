import ArgumentParser
import Foundation
import PolicyEngine

struct CheckConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Read a configuration and say what is wrong, with the line.")

    @Argument(help: "The configuration.", completion: .file(extensions: ["toml"])) var file: String
    @Flag(help: "Print the result as JSON, one object.") var json = false

    private struct Result: Encodable {
        var problems: [String]
        /// With these it can be used.
        var warnings: [String]
    }

    func run() async throws {
        var (problems, warnings): ([String], [String]) = ([], [])
        do {
            let configuration = try await ConfigurationLoader.load(
                file: file, trial: .ownProgram, now: Int64(Date().timeIntervalSince1970 * 1000),
                unknownGroups: .warned)
            warnings = configuration.warnings.map(\.description)
        } catch {
            problems = error.problems.map(\.description)
        }
        if json {
            let line = try JSONEncoder().encode(Result(problems: problems, warnings: warnings))
            print(String(decoding: line, as: UTF8.self))
        } else {
            for problem in problems { Output.error(problem) }
            for warning in warnings { Output.error("warning: " + warning) }
            if problems.isEmpty {
                print("\(file): " + (warnings.isEmpty ? "nothing is wrong with it" : "it can be used, with warnings"))
            }
        }
        if !problems.isEmpty { throw CommandStatus.failed.code }
    }
}
