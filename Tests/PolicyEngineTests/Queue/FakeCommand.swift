import Foundation
import Glibc

/// A shell script in a folder of its own that stands in for a Postfix command.
final class FakeCommand: Sendable {
    let folder: URL
    let path: String

    /// - Parameter script: may use `$here` for the folder.
    init(_ script: String, executable: Bool = true) throws {
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("queue-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("command")
        try Data("#!/bin/sh\nhere='\(folder.path)'\n\(script)\n".utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: executable ? 0o755 : 0o644], ofItemAtPath: file.path)
        path = file.path
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

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
