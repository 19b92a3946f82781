import ArgumentParser
import PolicyEngine

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the engine as a daemon.")

    @Option(help: "The configuration.", completion: .file(extensions: ["toml"]))
    var config = "/etc/sekisho/sekisho.toml"

    func run() async throws {
        do {
            try await EngineMain.serve(configurationFile: config)
        } catch {
            Output.error("sekisho: \(error)")
            throw CommandStatus.failed.code
        }
    }
}
