import Glibc

/// The operator's terminal, for the one question that a command may ask.
enum Terminal {
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// - Returns: `true` for `y` or `yes`; anything else, and end of input, is no.
    static func ask(_ question: String) -> Bool {
        Output.error(question + " [y/N] ", terminator: "")
        let answer = (readLine() ?? "").lowercased()
        return answer == "y" || answer == "yes"
    }
}
