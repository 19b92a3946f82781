import ArgumentParser
import ControlProtocol

struct QueueRequeue: ChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue", abstract: "Queue messages anew, with today's routing.")

    @OptionGroup var which: QueueSelectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var action: OperatorAction { .queue(operation: .requeue, selection: which.selection) }
}
