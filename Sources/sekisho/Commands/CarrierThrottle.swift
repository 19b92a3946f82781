import ArgumentParser
import ControlProtocol

struct CarrierThrottle: ChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "throttle", abstract: "Set how many recipients a second may go to a carrier.")

    @Argument(help: "Name of the carrier.") var carrier: String
    @Argument(help: "Recipients: 20/s (or 20), 30/min, 100/h; 0 stops its mail.") var rate: Rate
    @OptionGroup var expiry: ExpiryOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var seconds: Int? { expiry.time?.seconds }
    var action: OperatorAction { .throttle(carrier: carrier, perSecond: rate.perSecond) }
}
