import ArgumentParser
import ControlProtocol
import OperatorConsole

/// How the console draws.
struct ScreenOptions: ParsableArguments {
    enum Ambiguous: String, ExpressibleByArgument, CaseIterable {
        case auto
        case one = "1"
        case two = "2"
    }

    @Option(help: "Cells of characters whose width is ambiguous; auto asks the terminal.")
    var ambiguous = Ambiguous.auto

    @Flag(help: "Draw with ASCII only.")
    var ascii = false
}

extension ScreenOptions {
    /// Shows an engine until the operator quits.
    func show(_ link: any EngineLink) async throws {
        let width: ConsoleOptions.AmbiguousWidth =
            switch ambiguous {
            case .auto: .auto
            case .one: .one
            case .two: .two
            }
        do {
            try await runConsole(link: link, options: ConsoleOptions(ambiguousWidth: width, ascii: ascii))
        } catch {
            Output.error("sekisho: \(error)")
            throw ExitCode(error.exitCode)
        }
    }
}
