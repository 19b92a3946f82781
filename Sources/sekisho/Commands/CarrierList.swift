import ArgumentParser
import ControlProtocol

struct CarrierList: ViewCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Carriers: rate, throttle, what waits.")

    @OptionGroup var page: PageOptions
    @OptionGroup var engine: EngineOptions

    func query() throws -> ViewQuery { try page.query(.carriers) }
}
