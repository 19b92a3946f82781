import ArgumentParser
import ControlProtocol

struct Undo: ChangeCommand {
    static let configuration = CommandConfiguration(abstract: "Undo an action by its number in `sekisho actions`.")

    @Argument(help: "Number of the action.") var number: Int64
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var action: OperatorAction { .undo(number: number) }
}
