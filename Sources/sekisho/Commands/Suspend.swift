import ArgumentParser
import ControlProtocol

struct Suspend: ChangeCommand {
    static let configuration = CommandConfiguration(abstract: "Refuse all mail of an account.")

    @Argument(help: "Login of the account.") var account: String
    @Flag(help: "Accept its mail and hold it in the queue instead.") var hold = false
    @OptionGroup var expiry: ExpiryOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var seconds: Int? { expiry.time?.seconds }
    var action: OperatorAction { .suspend(account: account, mode: hold ? .hold : .refuse) }
}
