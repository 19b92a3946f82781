import Foundation

/// A program that the comparison runs, ended by its process id.
final class Child {
    private let process = Process()
    private let name: String
    private let tail = OutputTail()

    /// Starts it. What it writes to standard error is read and forgotten but for the end, as a log daemon would read it.
    ///
    /// - Throws: what the system says if there is no such program.
    init(_ program: String, _ arguments: [String]) throws {
        name = URL(fileURLWithPath: program).lastPathComponent + " " + (arguments.first ?? "")
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        RunningChildren.shared.add(process.processIdentifier)
        tail.follow(errors)
    }

    var id: Int32 { process.processIdentifier }

    /// Resident memory in bytes (proc(5), `VmRSS`); `nil` if it has ended.
    var residentBytes: Int? {
        let path = "/proc/\(process.processIdentifier)/status"
        guard let status = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1_024 }
    }

    /// Waits until it takes connections.
    ///
    /// - Throws: ``ComparisonError`` if it ends instead, or takes none in time.
    func waitUntilReady(at target: Target, seconds: Double) throws {
        let deadline = MonotonicTime.now + UInt64(seconds * 1e9)
        while true {
            if let socket = try? Socket.connected(to: target) {
                socket.close()
                return
            }
            guard process.isRunning else { throw ComparisonError.ended(name, output: tail.text) }
            guard MonotonicTime.now < deadline else { throw ComparisonError.notReady(name, output: tail.text) }
            usleep(1_000)
        }
    }

    /// Asks it to end, and makes it after 30 s.
    func end() {
        let id = process.processIdentifier
        if process.isRunning { kill(id, SIGTERM) }
        let deadline = MonotonicTime.now + 30_000_000_000
        while process.isRunning, MonotonicTime.now < deadline { usleep(5_000) }
        if process.isRunning { kill(id, SIGKILL) }
        process.waitUntilExit()
        RunningChildren.shared.remove(id)
    }
}

enum ComparisonError: Error, CustomStringConvertible {
    case noProgram(String)
    case ended(String, output: String)
    case notReady(String, output: String)
    case noFigures(String)

    var description: String {
        switch self {
        case .noProgram(let path): "there is no \(path); build it first: swift build -c release"
        case .ended(let name, let output): "\(name) has ended: \(output)"
        case .notReady(let name, let output): "\(name) takes no connections: \(output)"
        case .noFigures(let what): "no figures: \(what)"
        }
    }
}
