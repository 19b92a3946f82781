import ArgumentParser
import ControlProtocol

struct QueueHold: ChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Keep messages in the queue until they are released.")

    @OptionGroup var which: QueueSelectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var action: OperatorAction { .queue(operation: .hold, selection: which.selection) }
}
