import ArgumentParser
import Glibc

struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Ask a policy server as Postfix does: one request in flight on each connection.")

    @OptionGroup var traffic: TrafficOptions

    @OptionGroup var load: LoadOptions

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        var client = try LoadClient(
            load.target, connections: load.connections, traffic: RequestWriter(traffic.traffic), extent: load.extent)
        let report = try client.run()
        try load.tell(report)
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
