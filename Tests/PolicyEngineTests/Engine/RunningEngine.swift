import ControlProtocol
import ControlTesting
import Foundation
import Logging
import MailPolicy
import Testing

@testable import PolicyEngine

/// An engine of a configuration file in a folder of its own.
final class RunningEngine: Sendable {
    let folder: TemporaryFolder
    let engine: Engine

    /// Does nothing; the engine's own would look for a Postfix.
    private struct NoQueue: MailQueue {
        let board = PictureBoard()
        var newest: QueuePicture { board.newest }
        func pictures() -> AsyncStream<QueuePicture> { board.pictures() }
        func run() async {}
        func perform(_ operation: QueueOperation, on messages: [QueuedMessage]) async -> QueueOutcome { QueueOutcome() }
    }

    static let plans = "[plans.new]\nlimits = [\"10 messages per day\"]\n"

    /// Writes the configuration; a file `accounts.csv` in the folder is its directory.
    static func write(_ text: String = plans, listen: [String] = ["policy.sock"], in folder: TemporaryFolder) throws {
        let directory =
            FileManager.default.fileExists(atPath: folder.file("accounts.csv"))
            ? "directory = \"\(folder.file("accounts.csv"))\"\n" : ""
        let listeners = listen.map { "[[listen]]\npath = \"\(folder.file($0))\"\n" }.joined()
        let all = """
            domains = ["isp.example"]
            \(listeners)
            [control]
            socket = "\(folder.file("control.sock"))"
            [store]
            path = "\(folder.file("s.db"))"
            [accounts]
            unknown = "new"
            \(directory)
            \(text)
            """
        try all.write(toFile: folder.file("c.toml"), atomically: true, encoding: .utf8)
    }

    init(in folder: TemporaryFolder, log: LogSink = LogSink(.nowhere)) async throws {
        self.folder = folder
        let file = folder.file("c.toml")
        let configuration = try ConfigurationLoader.load(file: file, now: ConfigurationText.now)
        var setting = Engine.Setting(sink: log)
        setting.configurationFile = file
        setting.queue = { _, _ in NoQueue() }
        engine = try await Engine(configuration, setting)
        try await engine.start()
    }

    static func run<Result>(
        in folder: TemporaryFolder, log: LogSink = LogSink(.nowhere), _ body: (RunningEngine) async throws -> Result
    ) async throws -> Result {
        let running = try await RunningEngine(in: folder, log: log)
        do {
            let result = try await body(running)
            await running.engine.stop()
            return result
        } catch {
            await running.engine.stop()
            throw error
        }
    }

    let admin = Actor(name: "yamada", userID: 0, role: .admin)

    var link: EmbeddedEngineLink { engine.link(for: admin) }

    func reload() async throws -> Receipt { try await engine.reload(by: admin) }

    /// Submits whole messages, and tells what each was answered.
    func submit(_ count: Int, login: String = "a@isp.example", _ name: String, queueID: String = "") async throws
        -> [String]
    {
        let client = try await RawPolicyClient(path: folder.file("policy.sock"))
        for number in 0..<count {
            client.send(
                PolicyText.request(
                    state: "END-OF-MESSAGE", login: login, instance: "\(name).\(number)", queueID: queueID, count: "1"))
        }
        #expect(await eventually { client.answers.count == count })
        return client.answers
    }

    func plan(of login: String) -> String? {
        engine.gatehouse.withState { state, now in
            state.gatekeeper.accounts.find(login).map {
                state.gatekeeper.rulebook.plans[Int(state.gatekeeper.plan(of: $0, at: now))].name
            }
        }
    }
}
