import ArgumentParser

struct DNSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "Look at what domains publish.", subcommands: [DNSCheck.self])
}
