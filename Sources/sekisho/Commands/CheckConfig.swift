import ArgumentParser
import PolicyEngine

struct CheckConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Read a configuration and say what is wrong, with the line.")

    @Argument(help: "The configuration.", completion: .file(extensions: ["toml"])) var file: String
    @Flag(help: "Print the result as JSON, one object.") var json = false

    func run() async throws {
        Output.error("sekisho: this build has no engine")
        throw CommandStatus.failed.code
    }
}
