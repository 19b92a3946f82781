import ControlTesting
import Foundation
import Logging
import MailPolicy
import NIOPosix
import Synchronization

@testable import PolicyEngine

/// A policy server on a socket in a folder of its own, with a rulebook that a test writes down, and its log.
final class ServedGates: Sendable {
    let folder: TemporaryFolder
    let gatehouse: Gatehouse
    let server: PolicyServer
    let log = LogLines()
    private let group: MultiThreadedEventLoopGroup

    static let rules = """
        domains = ["isp.example"]
        [plans.new]
        limits = ["10 messages per day"]
        [carriers.docomo]
        domains = ["docomo.ne.jp"]
        rate = 1000.0
        wait = "5s"
        [carriers.closed]
        domains = ["closed.example"]
        rate = 0.0
        wait = "60s"
        """

    init(bounds: PolicyServer.Bounds = PolicyServer.Bounds(), loops: Int = 1) throws {
        folder = try TemporaryFolder()
        let rulebook = try ConfigurationText.parse(Self.rules).rulebook
        gatehouse = Gatehouse(
            gatekeeper: Gatekeeper(rulebook: rulebook, seed: 1), verdictsKept: 1000, clock: .machine(continuing: nil))
        group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        server = PolicyServer(gatehouse: gatehouse, group: group, bounds: bounds, logger: log.logger)
    }

    /// Requests that were decided.
    var decisions: Int { gatehouse.withState { state, _ in state.statistics.counts.joined().reduce(0, +) } }

    /// Requests that wait for the carrier that takes nothing.
    var waiting: Int {
        gatehouse.withState { state, _ in
            state.gatekeeper.carrierIndex("closed").map { state.gatekeeper.carriers[Int($0)].pacer.waiting } ?? 0
        }
    }

    var path: String { folder.file("policy.sock") }

    func settings(_ name: String = "policy.sock", gate: Gate? = nil) -> ListenerSettings {
        ListenerSettings(endpoint: .unix(SocketFile(path: folder.file(name))), gate: gate)
    }

    static func run(
        bounds: PolicyServer.Bounds = PolicyServer.Bounds(), loops: Int = 1,
        _ body: (ServedGates) async throws -> Void
    ) async throws {
        let served = try ServedGates(bounds: bounds, loops: loops)
        do {
            try await served.server.listen(on: [served.settings()])
            try await body(served)
        } catch {
            await served.end()
            throw error
        }
        await served.end()
    }

    private func end() async {
        await server.close()
        try? await group.shutdownGracefully()
    }

    func connect(_ name: String = "policy.sock", reads: Bool = true) async throws -> RawPolicyClient {
        try await RawPolicyClient(path: folder.file(name), reads: reads)
    }
}

/// What a logger wrote.
final class LogLines: Sendable {
    private let written = Mutex<[String]>([])

    var lines: [String] { written.withLock { $0 } }

    func has(_ part: String) -> Bool { lines.contains { $0.contains(part) } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let pairs = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
            let line = ([event.level.rawValue, event.message.description] + pairs).joined(separator: " ")
            lines.written.withLock { $0.append(line) }
        }
    }
}
