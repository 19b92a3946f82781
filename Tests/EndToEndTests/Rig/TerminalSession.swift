import Foundation

/// A program on a pseudo-terminal of fixed size, driven and read back through a tmux server of its own.
struct TerminalSession: Sendable {
    private let folder: TemporaryFolder
    private let environment: [String: String]
    private let server: ChildProcess

    init(_ command: [String], columns: Int = 140, rows: Int = 40) async throws {
        folder = try TemporaryFolder()
        environment = ["TMUX": "", "TMUX_TMPDIR": folder.path, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"]
        let start = ["-x", String(columns), "-y", String(rows)] + command
        // -D keeps the server in the foreground, so that it is a child with a process ID to end.
        server = try ChildProcess(
            "tmux", ["-u", "-f", "/dev/null", "-D"], environment: environment, output: folder["tmux.output"])
        do {
            try await eventually("the tmux server") {
                try await tmux(["set-option", "-g", "remain-on-exit", "on"]).status == 0
            }
            let result = try await tmux(["new-session", "-d", "-s", "console"] + start)
            guard result.status == 0 else { throw RigError("tmux: \(result.errors)") }
        } catch {
            await end()
            throw error
        }
    }

    /// Keys by tmux's names: `Enter`, `Escape`, `Up`, `C-c`, `x`.
    func press(_ keys: String...) async throws {
        for key in keys { _ = try await tmux(["send-keys", "-t", "console", key]) }
    }

    func type(_ text: String) async throws {
        _ = try await tmux(["send-keys", "-t", "console", "-l", text])
    }

    /// The characters on the screen, without colours.
    func screen() async throws -> String {
        try await tmux(["capture-pane", "-p", "-t", "console"]).output
    }

    /// The line that the cursor stands on.
    func cursorLine() async throws -> String {
        let row = try await tmux(["display-message", "-p", "-t", "console", "#{cursor_y}"]).output
        let lines = try await screen().split(separator: "\n", omittingEmptySubsequences: false)
        guard let row = Int(row.filter(\.isNumber)), lines.indices.contains(row) else { return "" }
        return String(lines[row])
    }

    /// Does something, and waits until the screen or its cursor is another; gives up waiting after a second, for what
    /// changes nothing.
    func changes(_ body: () async throws -> Void) async throws {
        let before = try await picture()
        try await body()
        try? await eventually("a change on the screen", within: .seconds(1)) { try await picture() != before }
    }

    /// Characters, colours and cursor.
    private func picture() async throws -> String {
        try await tmux([
            "capture-pane", "-p", "-e", "-t", "console", ";", "display-message", "-p", "-t", "console",
            "#{cursor_x},#{cursor_y}",
        ]).output
    }

    /// The screen, once it shows `text`.
    @discardableResult
    func shows(_ text: String, within deadline: Duration = .seconds(15)) async throws -> String {
        try await shows(text, within: deadline) { $0.contains(text) }
    }

    /// The screen, once `condition` holds for it.
    @discardableResult
    func shows(
        _ what: String, within deadline: Duration = .seconds(15), _ condition: (String) -> Bool
    ) async throws -> String {
        var last = ""
        do {
            return try await eventually("the screen shows \(what)", within: deadline, every: .milliseconds(60)) {
                last = try await screen()
                return condition(last) ? last : nil
            }
        } catch {
            throw RigError("\(error)\n\(Self.withoutBlankLines(last))")
        }
    }

    /// The program's exit status, once it has ended.
    func exitStatus(within deadline: Duration = .seconds(15)) async throws -> Int32 {
        let format = "#{pane_dead} #{pane_dead_status}"
        return try await eventually("the end of the program on the terminal", within: deadline) {
            // tmux 3.3a now and then misses the end of a child, until another one ends.
            let output = try await tmux(["run-shell", "true", ";", "display-message", "-p", "-t", "console", format])
            let words = output.output.split(whereSeparator: \.isWhitespace)
            return words.count == 2 && words[0] == "1" ? Int32(words[1]) : nil
        }
    }

    func end() async {
        _ = try? await tmux(["kill-server"])
        await server.end()
        folder.remove()
    }

    /// For messages, which have to be short to be read.
    static func withoutBlankLines(_ screen: String) -> String {
        screen.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
    }

    private func tmux(_ arguments: [String]) async throws -> CommandResult {
        try await CommandResult.run("tmux", ["-u"] + arguments, environment: environment)
    }
}
