import ArgumentParser
import SampleDay

@main struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sekisho-sample", abstract: "Makes the sample data of the demonstration and the tests again.",
        subcommands: [Generate.self])
}
