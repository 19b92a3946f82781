import Foundation

/// An operator at `sekisho console`: what they press, and what they read.
struct OperatorSession: Sendable {
    let terminal: TerminalSession

    init(at engine: Engine) async throws {
        terminal = try await TerminalSession([Engine.program, "console", "--socket", engine.controlSocket])
    }

    /// Opens one of the views under 1 to 7 and selects the first row that a filter leaves.
    func select(_ filter: String, inView number: Int) async throws {
        try await terminal.press(String(number), "/")
        try await terminal.press("C-u")
        try await terminal.type(filter)
        try await terminal.press("Enter")
        try await terminal.shows("rows with \(filter) and no others") { screen in
            let rows = Self.rows(of: screen)
            return !rows.isEmpty && rows.allSatisfy { $0.contains(filter) }
        }
        try await terminal.press("g")
    }

    /// Presses a verb's key, fills in its dialog, and reads the answer of the engine.
    ///
    /// - Parameter fields: what to write into the fields by their labels.
    func act(_ key: String, dialog title: String, _ fields: [String: String] = [:]) async throws {
        try await terminal.press(key)
        try await terminal.shows(title)
        for (label, text) in fields { try await write(text, into: label) }
        try await write("端末の試験", into: "Reason")
        // The engine has said what it will hit.
        try await terminal.shows("Needs role")
        try await terminal.press("Enter", "Enter")
        try await terminal.shows("done #")
    }

    /// Ends the console as an operator does.
    func quit() async throws -> Int32 {
        try await terminal.press("q", "y")
        return try await terminal.exitStatus()
    }

    func end() async {
        await terminal.end()
    }

    /// What stands between the names of the columns and the last line.
    private static func rows(of screen: String) -> [Substring] {
        let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.dropFirst(4).prefix(34).filter { !$0.allSatisfy(\.isWhitespace) }
    }

    private func write(_ text: String, into label: String) async throws {
        for _ in 0..<12 {
            if try await terminal.cursorLine().contains(" \(label) ") {
                try await terminal.press("C-e", "C-u")
                try await terminal.type(text)
                try await terminal.shows(text)
                return
            }
            try await terminal.changes { try await terminal.press("Tab") }
        }
        throw RigError("the dialog has no field \(label)\n\(try await terminal.screen())")
    }
}
