import ArgumentParser
import ControlProtocol

struct Whitelist: ChangeCommand {
    static let configuration = CommandConfiguration(abstract: "Let a network pass without rates.")

    @Argument(help: "Address or network: 203.0.113.9, 2001:db8::/32.") var network: String
    @Option(help: "Carrier whose network it is.") var carrier: String?
    @OptionGroup var expiry: ExpiryOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var seconds: Int? { expiry.time?.seconds }
    var action: OperatorAction { .whitelist(network: network, carrier: carrier) }
}
