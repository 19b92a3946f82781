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
        try await terminal.shows("a row with \(filter)") { screen in
            screen.split(separator: "\n").dropFirst(2).contains { $0.contains(filter) && !$0.contains("filter:") }
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
