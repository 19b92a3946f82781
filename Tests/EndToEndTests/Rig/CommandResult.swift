import Foundation

/// What a program that ran to its end has said.
struct CommandResult: Sendable {
    var status: Int32
    /// Standard output.
    var output: String
    var errors: String

    /// Runs a program and waits for its end.
    ///
    /// - Throws: ``RigError`` when it does not start or does not end in time.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], user: String? = nil,
        within deadline: Duration = .seconds(30)
    ) async throws -> CommandResult {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        // A shell keeps the two streams apart; what it is given travels as arguments, not as text to be parsed.
        let redirect = "out=$1 err=$2; shift 2; exec \"$@\" >\"$out\" 2>\"$err\""
        let words = try OtherUser.words([program] + arguments, as: user)
        let child = try ChildProcess(
            "/bin/sh", ["-c", redirect, "sh", folder["out"], folder["err"]] + words, environment: environment,
            output: nil)
        do {
            let status = try await child.waitForExit(within: deadline)
            return CommandResult(status: status, output: folder.read("out"), errors: folder.read("err"))
        } catch {
            await child.end()
            throw RigError("\(words.joined(separator: " ")): \(error)\n\(folder.read("err"))")
        }
    }

    /// As ``run(_:_:environment:user:within:)``, for a program that must succeed.
    @discardableResult
    static func check(_ program: String, _ arguments: [String]) async throws -> String {
        let result = try await run(program, arguments)
        guard result.status == 0 else {
            throw RigError("\(program) \(arguments.joined(separator: " ")): status \(result.status)\n\(result.errors)")
        }
        return result.output
    }
}
