import ArgumentParser

/// The benchmark that anyone can repeat: a load client, the floor under every policy server, and a comparison of
/// Sekisho with it.
@main
struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sekisho-bench",
        abstract: "Measure a policy server or a milter as Postfix loads it.",
        subcommands: [
            LoadCommand.self, NullCommand.self, CompareCommand.self, WatchCommand.self, MilterLoadCommand.self,
            CompareMiltersCommand.self,
        ])
}
