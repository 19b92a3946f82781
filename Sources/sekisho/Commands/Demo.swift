import ArgumentParser
import OperatorConsole
import PolicyEngine

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The console on an engine of its own, fed with the sample day.")

    @OptionGroup var screen: ScreenOptions

    func run() async throws {
        Output.error("sekisho: this build has no engine")
        throw CommandStatus.failed.code
    }
}
