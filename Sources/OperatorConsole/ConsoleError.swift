/// Why the console could not open or had to close.
package enum ConsoleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Standard input or output is a file or a pipe.
    case notATerminal
    /// No terminfo entry for `TERM`.
    case unknownTerminal(String)
    case noResources(String)

    /// For `exit`: 2 where the call itself was wrong, 1 otherwise.
    package var exitCode: Int32 {
        switch self {
        case .notATerminal, .unknownTerminal: 2
        case .noResources: 1
        }
    }

    package var description: String {
        switch self {
        case .notATerminal:
            "The console needs a terminal on standard input and output. For scripts there are the commands with --json."
        case .unknownTerminal(let name):
            name.isEmpty
                ? "TERM is not set, so the console does not know this terminal. Try TERM=xterm-256color."
                : "There is no terminfo entry for TERM=\(name). Install ncurses-term, or try TERM=xterm-256color."
        case .noResources(let what): "The console could not get \(what)."
        }
    }
}
