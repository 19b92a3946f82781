import ArgumentParser
import ControlProtocol

struct LimitSet: ChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set one limit of an account or a plan.",
        usage:
            "sekisho limit set <account> <limit> --reason <reason>\nsekisho limit set --plan <plan> <limit> --reason <reason>",
        discussion: """
            A limit is a quantity, a unit (messages, recipients, bytes) and a period, such as "20 messages per day". It \
            replaces the limit of the same unit and period, and stands beside the others.
            """)

    @Argument(help: "Login of the account, and the limit; with --plan the limit alone.") var words: [String]
    @Option(help: "The plan whose limit it is, instead of an account's.") var plan: String?
    @OptionGroup var expiry: ExpiryOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    func validate() throws {
        guard words.count == (plan == nil ? 2 : 1) else {
            throw ValidationError(
                plan == nil
                    ? "Give an account and a limit in quotes: limit set yamada@isp.example \"20 messages per day\"."
                    : "With --plan give the limit alone, in quotes: limit set --plan new \"20 messages per day\".")
        }
    }

    var seconds: Int? { expiry.time?.seconds }
    var action: OperatorAction {
        let target: LimitTarget = plan.map { .plan(name: $0) } ?? .account(name: words[0])
        return .limit(target: target, limit: words[words.count - 1])
    }
}
