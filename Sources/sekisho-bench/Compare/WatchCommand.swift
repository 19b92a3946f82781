import ArgumentParser
import ControlProtocol

/// What a console that is open costs: it subscribes to what the first pages show, and reads the frames.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Look at an engine as a console does, until it is stopped.",
        shouldDisplay: false)

    @Argument(help: "The control socket.")
    var socket: String

    func run() async throws {
        let link = SocketEngineLink(path: socket)
        let queries = [ViewQuery(.overview), ViewQuery(.senders, limit: 50)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for query in queries {
                group.addTask {
                    for try await _ in try await link.subscribe(query) {}
                }
            }
            try await group.waitForAll()
        }
    }
}
