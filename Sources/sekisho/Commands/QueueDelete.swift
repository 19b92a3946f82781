import ArgumentParser
import ControlProtocol

struct QueueDelete: ChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove messages from the queue. This cannot be undone.")

    @OptionGroup var which: QueueSelectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var action: OperatorAction { .queue(operation: .delete, selection: which.selection) }
}
