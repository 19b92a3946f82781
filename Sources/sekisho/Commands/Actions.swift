import ArgumentParser
import ControlProtocol

struct Actions: ViewCommand {
    static let configuration = CommandConfiguration(abstract: "The audit log, newest first.")

    @OptionGroup var page: PageOptions
    @OptionGroup var engine: EngineOptions

    func query() throws -> ViewQuery { try page.query(.actions) }
}
