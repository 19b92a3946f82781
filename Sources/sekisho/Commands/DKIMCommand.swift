import ArgumentParser

struct DKIMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dkim", abstract: "Make keys to sign mail with.", subcommands: [DKIMKeygen.self])
}
