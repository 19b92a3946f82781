import ArgumentParser
import ControlProtocol

struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have the engine read its configuration again; if it is wrong, the old one stays.")

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        try await engine.withEngine { link in
            try Output.print(receipt: try await link.reload(), json: engine.json)
        }
    }
}
