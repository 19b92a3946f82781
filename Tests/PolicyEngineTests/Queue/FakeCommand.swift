import Foundation
import Glibc

/// A shell script in a folder of its own that stands in for a Postfix command.
///
/// What is run is never written here: a child of another test, forked in that moment, would hold the file open for
/// writing, and whoever ran it would be told that the text file is busy (execve(2), ETXTBSY).
final class FakeCommand: Sendable {
    let folder: URL
    let path: String

    /// - Parameter script: may use `$here` for the folder.
    init(_ script: String, executable: Bool = true) throws {
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("queue-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("command")
        try Data("here='\(folder.path)'\n\(script)\n".utf8).write(to: folder.appendingPathComponent("script"))
        if executable {
            let runner = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("run-script-beside")
            try FileManager.default.createSymbolicLink(at: file, withDestinationURL: runner)
        } else {
            try Data().write(to: file)
        }
        path = file.path
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// From now on another script.
    func replace(_ script: String) throws { try put(script, as: "script") }

    /// What the script wrote to a file in its folder.
    func text(of name: String) -> String? {
        try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    func lines(of name: String) -> [String] {
        (text(of: name) ?? "").split(separator: "\n").map(String.init)
    }

    /// Puts a file into the folder.
    func put(_ text: String, as name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
}

/// Waits until a condition holds; fails the test's expectation by returning `false` after a minute.
func eventually(_ condition: @Sendable () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return await condition()
}

func isRunning(_ processID: pid_t) -> Bool {
    kill(processID, 0) == 0
}
