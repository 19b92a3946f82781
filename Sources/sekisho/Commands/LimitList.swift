import ArgumentParser
import ControlProtocol

struct LimitList: ViewCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Limits of the plans, or those of one account with what is used of them.")

    @Argument(help: "Login of the account.") var account: String?
    @OptionGroup var engine: EngineOptions

    func query() -> ViewQuery {
        account.map { ViewQuery(.account, subject: $0) } ?? ViewQuery(.plans, limit: ViewQuery.maximumRows)
    }
}
