import Foundation

/// Makes the sample's files: the same bytes for the same numbers.
///
/// ```swift
/// try SampleFiles(seed: 20_261_124, accounts: 2000, requests: 40_000).write(to: "sample-data")
/// ```
package struct SampleFiles {
    package static let standardSeed: UInt64 = 20_261_124
    package static let standardAccounts = 2000
    package static let standardRequests = 40_000

    private let seed: UInt64
    private let accounts: Int
    private let requests: Int
    private let population: Population
    private let day: Day

    /// - Parameters:
    ///   - accounts: customers, the cast among them.
    ///   - requests: of ordinary traffic at the submission and mx gates; what the cast does and what goes on to the
    ///     carriers comes on top.
    package init(
        seed: UInt64 = standardSeed, accounts: Int = standardAccounts, requests: Int = standardRequests
    ) {
        self.seed = seed
        self.accounts = max(accounts, CastMember.accounts.count + 1)
        self.requests = requests
        population = Population(count: self.accounts, seed: seed)
        day = Day(population: population, seed: seed, requests: requests)
    }

    package var requestCount: Int { day.steps.count }

    /// `accounts.csv`.
    package var accountsFile: [UInt8] {
        var bytes = Array("login,plan,signed_up,addresses,name\n".utf8)
        for account in population.accounts { bytes.append(contentsOf: account.row.utf8) }
        return bytes
    }

    /// `postqueue.json`.
    package var queueFile: [UInt8] {
        var bytes: [UInt8] = []
        for entry in day.queue { bytes.append(contentsOf: (entry.json + "\n").utf8) }
        return bytes
    }

    /// `day.policy`, in pieces of about a megabyte.
    package func dayFile(_ consume: ([UInt8]) throws -> Void) rethrows {
        var writer = RequestWriter()
        writer.line("# A day at a provider in Japan: what Postfix asked its policy server. Each request has a line")
        writer.line("# before it with its time and the number of the connection that it came on. Made by")
        writer.line("# sekisho-sample generate --seed \(seed) --accounts \(accounts) --requests \(requests)")
        for (transaction, step) in day.steps {
            writer.write(day.placed[transaction], step: step)
            if writer.bytes.count > 1 << 20 {
                try consume(writer.bytes)
                writer.clear()
            }
        }
        try consume(writer.bytes)
    }

    /// Writes `accounts.csv`, `postqueue.json` and `day.policy.gz` into a directory, which is made if need be.
    package func write(to directory: String) throws {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(accountsFile).write(to: folder.appendingPathComponent("accounts.csv"), options: .atomic)
        try Data(queueFile).write(to: folder.appendingPathComponent("postqueue.json"), options: .atomic)
        let day = folder.appendingPathComponent("day.policy.gz")
        try Gzip.compress(to: day.path) { write in try dayFile { try write($0) } }
    }
}
