import ArgumentParser
import PolicyEngine

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the engine as a daemon.")

    @Option(help: "The configuration.", completion: .file(extensions: ["toml"]))
    var config = "/etc/sekisho/sekisho.toml"

    func run() async throws {
        Output.error("sekisho: this build has no engine")
        throw CommandStatus.failed.code
    }
}
