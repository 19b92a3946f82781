import ArgumentParser
import Foundation

/// How hard and how long a server is loaded, and how that is told.
struct LoadOptions: ParsableArguments {
    @Option(name: [.customShort("k"), .long], help: "Connections, 1 to 10,000.")
    var connections = 16

    @Option(name: [.customShort("t"), .long], help: "How long, in seconds, up to 3,600.")
    var seconds = 5.0

    @Option(
        name: [.customShort("n"), .long], help: "How many requests or messages, instead of a time; up to 1,000,000,000."
    )
    var count: Int?

    @Flag(help: "Print the figures as one JSON object.")
    var json = false

    @Argument(help: "The path of a UNIX socket, or host:port.")
    var target: Target

    var extent: LoadClient.Extent { count.map(LoadClient.Extent.count) ?? .seconds(seconds) }

    func validate() throws {
        guard (1...10_000).contains(connections) else {
            throw ValidationError("--connections is from 1 to 10000")
        }
        guard seconds > 0, seconds <= 3_600 else { throw ValidationError("--seconds is up to 3600") }
        guard count.map({ (1...1_000_000_000).contains($0) }) ?? true else {
            throw ValidationError("--count is from 1 to 1000000000")
        }
    }

    func tell(_ report: some Encodable & CustomStringConvertible) throws {
        guard json else {
            print(report)
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}
