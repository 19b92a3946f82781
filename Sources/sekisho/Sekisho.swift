import ArgumentParser

@main
struct Sekisho: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sekisho",
        abstract: "A barrier station for mail: decides for Postfix, and shows and takes orders.",
        discussion: CommandStatus.table,
        groupedSubcommands: [
            CommandGroup(
                name: "Engine",
                subcommands: [
                    Serve.self, Demo.self, Check.self, DKIMCommand.self, DNSCommand.self, Reload.self, Status.self,
                ]),
            CommandGroup(
                name: "Look", subcommands: [Console.self, Top.self, Show.self, Why.self, Actions.self, Plans.self]),
            CommandGroup(
                name: "Act",
                subcommands: [
                    Suspend.self, Resume.self, Contain.self, LimitCommand.self, CarrierCommand.self, Whitelist.self,
                    Block.self, Clear.self, Queue.self, Undo.self, Accounts.self,
                ]),
        ])
}
