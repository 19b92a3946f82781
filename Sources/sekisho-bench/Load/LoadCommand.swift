import ArgumentParser
import Foundation
import Glibc

struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Ask a policy server as Postfix does: one request in flight on each connection.")

    @OptionGroup var traffic: TrafficOptions

    @Option(name: [.customShort("k"), .long], help: "Connections, 1 to 10,000.")
    var connections = 16

    @Option(name: [.customShort("t"), .long], help: "How long, in seconds, up to 3,600.")
    var seconds = 5.0

    @Option(name: [.customShort("n"), .long], help: "How many requests, instead of a time.")
    var count: Int?

    @Flag(help: "Print the figures as one JSON object.")
    var json = false

    @Argument(help: "The path of a UNIX socket, or host:port.")
    var target: Target

    func validate() throws {
        guard (1...10_000).contains(connections) else {
            throw ValidationError("--connections is from 1 to 10000")
        }
        guard seconds > 0, seconds <= 3_600 else { throw ValidationError("--seconds is up to 3600") }
        guard count.map({ $0 > 0 }) ?? true else { throw ValidationError("--count is at least 1") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let extent = count.map(LoadClient.Extent.count) ?? .seconds(seconds)
        var client = try LoadClient(
            target, connections: connections, traffic: RequestWriter(traffic.traffic), extent: extent)
        let report = try client.run()
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print(report)
        }
        if report.unanswered > 0 { throw ExitCode.failure }
    }
}

/// What the requests are like.
struct TrafficOptions: ParsableArguments {
    @Option(name: [.customShort("u"), .long], help: "Accounts, user0@isp.example and so on.")
    var users = 10_000

    @Option(help: "Client addresses, 10.0.0.0 and so on.")
    var sources = 5_000

    @Option(name: [.customShort("S"), .long], help: "RCPT or END-OF-MESSAGE.")
    var state = Traffic.State.rcpt

    @Flag(name: [.customShort("i"), .long], help: "What comes in at an MX: no SMTP AUTH, policy_context=mx.")
    var inbound = false

    @Flag(help: "Take accounts and addresses one after the other instead of at random, so that each is seen.")
    var walk = false

    var traffic: Traffic {
        Traffic(users: users, sources: sources, state: state, isInbound: inbound, walks: walk)
    }

    func validate() throws {
        guard (1...100_000_000).contains(users) else { throw ValidationError("--users is from 1 to 100000000") }
        guard (1...(1 << 24)).contains(sources) else { throw ValidationError("--sources is from 1 to \(1 << 24)") }
    }
}
