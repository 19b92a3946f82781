import ArgumentParser

struct LimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "Limits of plans and accounts.", subcommands: [LimitSet.self, LimitList.self])
}
