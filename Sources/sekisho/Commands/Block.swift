import ArgumentParser
import ControlProtocol

struct Block: ChangeCommand {
    static let configuration = CommandConfiguration(abstract: "Refuse all mail from a network.")

    @Argument(help: "Address or network: 203.0.113.9, 2001:db8::/32.") var network: String
    @OptionGroup var expiry: ExpiryOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var seconds: Int? { expiry.time?.seconds }
    var action: OperatorAction { .block(network: network) }
}
