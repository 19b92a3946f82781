import ArgumentParser
import ControlProtocol

struct Status: ViewCommand {
    static let configuration = CommandConfiguration(
        abstract: "How the engine does, and what needs a person.")

    @OptionGroup var engine: EngineOptions

    func query() -> ViewQuery { ViewQuery(.overview) }
}
