import ArgumentParser
import ControlProtocol

struct Resume: ChangeCommand {
    static let configuration = CommandConfiguration(abstract: "End the suspension of an account.")

    @Argument(help: "Login of the account.") var account: String
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var action: OperatorAction { .resume(account: account) }
}
