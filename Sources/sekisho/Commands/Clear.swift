import ArgumentParser
import ControlProtocol

struct Clear: ChangeCommand {
    static let configuration = CommandConfiguration(
        abstract: "End the whitelist or block that stands for exactly this network.")

    @Argument(help: "Address or network, as it was given.") var network: String
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var action: OperatorAction { .clear(network: network) }
}
