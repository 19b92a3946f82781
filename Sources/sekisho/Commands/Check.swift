import ArgumentParser

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look whether files, senders and messages are right, without an engine.",
        subcommands: [CheckConfig.self, CheckTOML.self, CheckSPF.self, CheckMessage.self])
}
