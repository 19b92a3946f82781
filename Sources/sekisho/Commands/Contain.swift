import ArgumentParser
import ControlProtocol

struct Contain: ChangeCommand {
    static let configuration = CommandConfiguration(
        abstract: "Suspend an account and hold all that it has queued.")

    @Argument(help: "Login of the account.") var account: String
    @OptionGroup var expiry: ExpiryOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var seconds: Int? { expiry.time?.seconds }
    var action: OperatorAction { .contain(account: account) }
}
