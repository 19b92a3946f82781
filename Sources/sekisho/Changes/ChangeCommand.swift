import ArgumentParser
import ControlProtocol

/// A subcommand that changes something: arguments in, one ``OperatorAction`` out.
protocol ChangeCommand: AsyncParsableCommand {
    var engine: EngineOptions { get }
    var change: ChangeOptions { get }
    /// How long, in seconds; `nil` until undone.
    var seconds: Int? { get }
    var action: OperatorAction { get }
}

extension ChangeCommand {
    var seconds: Int? { nil }

    func run() async throws {
        try await engine.withEngine { link in
            if change.dryRun { return try await preview(link) }
            try await confirm(link)
            let order = Order(action: action, reason: change.reason ?? "", seconds: seconds)
            try Output.print(receipt: try await link.perform(order), json: engine.json)
        }
    }

    private func preview(_ link: any EngineLink) async throws {
        let preview = try await link.preview(action)
        if engine.json { return print(try Output.json(preview)) }
        Output.print(preview: preview)
    }

    /// Only what cannot be undone and hits more than one thing asks: a question on every command is answered unread.
    private func confirm(_ link: any EngineLink) async throws {
        guard action.isIrreversible, !change.yes else { return }
        let preview = try await link.preview(action)
        guard preview.affected > 1 else { return }
        guard Terminal.canAsk else {
            Output.error(
                "sekisho: this hits \(preview.affected) and cannot be undone: say --yes to do it without asking")
            throw CommandStatus.notConfirmed.code
        }
        Output.print(preview: preview)
        guard Terminal.ask("This cannot be undone. Go on?") else {
            Output.error("sekisho: not done")
            throw CommandStatus.notConfirmed.code
        }
    }
}

extension OperatorAction {
    var isIrreversible: Bool {
        if case .queue(.delete, _) = self { true } else { false }
    }
}
