import Foundation
import Glibc
import TOMLKit

/// Has a text of TOML read by a process of its own before this one reads it.
///
/// toml++, which TOMLKit is made of, is compiled with its assertions, and malformed text reaches some of them: a line
/// `[=a]`, or `limits = [ }`. That ends the process, where an engine that was asked to reload must go on with what it has.
package struct ParserTrial: Sendable {
    /// A program and its arguments that come to ``attempt(_:)`` with what is on their standard input.
    let arguments: [String]
    private static let timeLimit = Duration.seconds(10)

    /// This program, from its file that may have been replaced since.
    package static let ownProgram = ParserTrial(arguments: ["/proc/self/exe", "check", "toml"])

    /// What the other process does: ends with status 0 if the parser comes back, whatever it thinks of the text.
    package static func attempt(_ text: String) -> Never {
        // Quietly: no core, no backtrace.
        signal(SIGABRT) { _ in _exit(1) }
        _ = try? TOMLTable(string: text)
        exit(0)
    }

    /// The line, from 1, at which the parser gives up; `nil` where it comes back, or no process can be had.
    func fatalLine(in text: [UInt8]) async -> Int? {
        guard await !survives(text[...]) else { return nil }
        let ends = text.indices.filter { text[$0] == UInt8(ascii: "\n") } + [text.endIndex - 1]
        // It reads from the top: with the line it gives up, without it does not.
        var (survived, fatal) = (0, ends.count)
        while fatal - survived > 1 {
            let middle = (survived + fatal) / 2
            if await survives(text[...ends[middle - 1]]) { survived = middle } else { fatal = middle }
        }
        return fatal
    }

    private func survives(_ text: ArraySlice<UInt8>) async -> Bool {
        var command = ChildCommand(arguments: arguments, timeLimit: Self.timeLimit)
        command.input = Array(text)
        do {
            return try await ChildProcess.run(command, output: { _ in }, error: { _ in }) == .exited(code: 0)
        } catch .notStarted, .pipe, .cancelled {
            return true
        } catch {
            return false
        }
    }
}
