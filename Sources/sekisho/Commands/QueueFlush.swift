import ArgumentParser
import ControlProtocol

struct QueueFlush: ChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush", abstract: "Try delivery now.")

    @OptionGroup var which: QueueSelectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var action: OperatorAction { .queue(operation: .flush, selection: which.selection) }
}
