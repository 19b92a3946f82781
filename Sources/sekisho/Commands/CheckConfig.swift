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
    }

    func run() async throws {
        var problems: [String] = []
        do {
            _ = try await ConfigurationLoader.load(
                file: file, trial: .ownProgram, now: Int64(Date().timeIntervalSince1970 * 1000))
        } catch {
            problems = error.problems.map(\.description)
        }
        if json {
            let line = try JSONEncoder().encode(Result(problems: problems))
            print(String(decoding: line, as: UTF8.self))
        } else if problems.isEmpty {
            print("\(file): nothing is wrong with it")
        } else {
            for problem in problems { Output.error(problem) }
        }
        if !problems.isEmpty { throw CommandStatus.failed.code }
    }
}
