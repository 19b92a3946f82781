import ArgumentParser
import ControlProtocol

struct QueueRelease: ChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let held messages go on.")

    @OptionGroup var which: QueueSelectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var engine: EngineOptions

    var action: OperatorAction { .queue(operation: .release, selection: which.selection) }
}
