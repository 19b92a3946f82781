import ArgumentParser
import PolicyEngine

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look whether files are right, without an engine.", subcommands: [CheckConfig.self])
}
