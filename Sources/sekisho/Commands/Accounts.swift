import ArgumentParser

struct Accounts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The directory of accounts.", subcommands: [AccountsImport.self])
}
