import Foundation

/// A real Postfix with configuration, queue and data directories of its own, on loopback ports of its own. Its gates
/// are set up by the recipes of README.md, with paths and ports put in their place.
struct PostfixInstance: Sendable {
    /// What `-c` takes.
    let configurationDirectory: String
    /// The port of each gate that it has; ``Gate/outbound``'s is the second hop's.
    let ports: [Gate: UInt16]
    /// A way in that asks no gate, to fill the queue.
    let injectionPort: UInt16
    private let master: ChildProcess
    private let folder: TemporaryFolder

    /// What the instance talks to.
    struct Surroundings: Sendable {
        /// The engine's policy socket.
        var policySocket: String
        /// Dovecot's authentication socket.
        var authSocket: String
        var sinkPort: UInt16
        /// The engine's milter sockets, where its messages are shown to it.
        var milters: Milters?

        struct Milters: Sendable {
            var verify: String
            var sign: String
        }
    }

    init(in folder: TemporaryFolder, gates: [Gate], surroundings: Surroundings) async throws {
        self.folder = folder
        configurationDirectory = try folder.makeFolder("postfix")
        _ = try folder.makeFolder("queue")
        _ = try folder.makeFolder("data", owner: "postfix")
        ports = try Dictionary(uniqueKeysWithValues: gates.map { ($0, try FreePort.next()) })
        injectionPort = try FreePort.next()

        let configuration = PostfixConfiguration(
            folder: folder, ports: ports, injectionPort: injectionPort, surroundings: surroundings)
        try configuration.write()
        try await CommandResult.check("/usr/sbin/postfix", ["-c", configurationDirectory, "check"])
        master = try ChildProcess(
            "/usr/lib/postfix/sbin/master", ["-c", configurationDirectory, "-d"], output: folder["postfix.output"])
        do {
            for port in Array(ports.values) + [injectionPort] {
                try await eventually("Postfix on port \(port)") { await Listener.answers(on: port) }
            }
        } catch {
            await master.end()
            throw RigError("\(error)\n\(folder.read("postfix.output"))\n\(log)")
        }
    }

    /// Everything that its programs have logged.
    var log: String { folder.read("maillog") }

    func port(_ gate: Gate) throws -> UInt16 {
        guard let port = ports[gate] else { throw RigError("this Postfix has no \(gate.rawValue) gate") }
        return port
    }

    /// `postqueue -j`, one JSON object a line.
    func queue() async throws -> [String] {
        try await CommandResult.check("/usr/sbin/postqueue", ["-c", configurationDirectory, "-j"])
            .split(separator: "\n").map(String.init)
    }

    func end() async {
        await master.end()
    }
}
