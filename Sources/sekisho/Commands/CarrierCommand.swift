import ArgumentParser

struct CarrierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "carrier", abstract: "Carriers and their throttles.",
        subcommands: [CarrierThrottle.self, CarrierList.self])
}
