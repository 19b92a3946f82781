import ControlProtocol
import Foundation
import Testing

/// A command that was run to its end.
struct CommandRun: Sendable {
    var status: Int32
    var output: String
    var errors: String

    /// The command as it was built beside the tests.
    static func sekisho(_ arguments: [String], environment: [String: String] = [:]) async throws -> CommandRun {
        try await run(try path(), arguments, environment: environment)
    }

    /// The same on a terminal of its own, made by script(1), on which `input` is typed.
    static func sekishoOnTerminal(
        _ arguments: [String], typing input: String, environment: [String: String]
    ) async throws -> CommandRun {
        let line = ([try path()] + arguments).map(shellQuoted).joined(separator: " ")
        return try await run(
            "/usr/bin/script", ["-q", "-e", "-c", line, "/dev/null"], environment: environment, input: input)
    }

    private static func path() throws -> String {
        let bundle = try #require(CommandLine.arguments.first { $0.contains(".xctest") })
        return bundle.prefix(upTo: try #require(bundle.range(of: "/sekishoPackageTests")).lowerBound) + "/sekisho"
    }

    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> CommandRun {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sekisho-run-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (out, err) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
        for file in [out, err] { try Data().write(to: file) }
        let typed = folder.appendingPathComponent("in")
        try Data(input.utf8).write(to: typed)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: typed)
        // Into files: a pipe would have to be read by a thread meanwhile.
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do { try process.run() } catch {
                process.terminationHandler = nil
                ended.resume(throwing: error)
            }
        }
        return CommandRun(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
    }
}
