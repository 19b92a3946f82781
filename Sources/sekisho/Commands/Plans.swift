import ArgumentParser
import ControlProtocol

struct Plans: ViewCommand {
    static let configuration = CommandConfiguration(abstract: "Plans with their limits in force.")

    @OptionGroup var engine: EngineOptions

    func query() -> ViewQuery { ViewQuery(.plans, limit: ViewQuery.maximumRows) }
}
