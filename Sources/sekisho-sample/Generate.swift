import ArgumentParser
import SampleDay

struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes accounts.csv, day.policy.gz and postqueue.json: the same for the same numbers.")

    @Option(help: "What all that looks random comes from.")
    var seed: UInt64 = SampleFiles.standardSeed

    @Option(help: "Customers.")
    var accounts = SampleFiles.standardAccounts

    @Option(help: "Requests of ordinary traffic; the day's cast comes on top.")
    var requests = SampleFiles.standardRequests

    @Option(help: ArgumentHelp("Directory to write to.", valueName: "directory"))
    var output: String

    func validate() throws {
        guard (1...10_000_000).contains(accounts) else { throw ValidationError("--accounts may be 1 to 10000000") }
        guard (0...20_000_000).contains(requests) else { throw ValidationError("--requests may be 0 to 20000000") }
    }

    func run() throws {
        let files = SampleFiles(seed: seed, accounts: accounts, requests: requests)
        try files.write(to: output)
        print("\(output): \(accounts) accounts, \(files.requestCount) requests")
    }
}
