import Foundation
import Testing

@testable import SampleDay

@Suite struct SampleFilesTests {
    private func bytes(of files: SampleFiles) -> [UInt8] {
        var all: [UInt8] = []
        files.dayFile { all += $0 }
        return all
    }

    @Test func theSameSeedMakesTheSameBytes() {
        let one = SampleFiles(seed: 7, accounts: 60, requests: 300)
        let other = SampleFiles(seed: 7, accounts: 60, requests: 300)
        #expect(one.accountsFile == other.accountsFile)
        #expect(one.queueFile == other.queueFile)
        #expect(bytes(of: one) == bytes(of: other))
    }

    @Test func anotherSeedMakesAnotherDayWithTheSameCast() {
        let one = SampleFiles(seed: 7, accounts: 60, requests: 300)
        let other = SampleFiles(seed: 8, accounts: 60, requests: 300)
        #expect(bytes(of: one) != bytes(of: other))
        for account in CastMember.accounts {
            #expect(String(decoding: other.accountsFile, as: UTF8.self).contains("\n\(account.login),"))
        }
    }

    @Test func theCommittedFilesAreThoseThatTheGeneratorMakes() throws {
        let files = SampleFiles()
        #expect(try Repository.sampleData("accounts.csv") == files.accountsFile)
        #expect(try Repository.sampleData("postqueue.json") == files.queueFile)
        #expect(try Gzip.decompress(Repository.samplePath("day.policy.gz")) == bytes(of: files))
    }

    @Test func whatIsCommittedIsSmall() throws {
        let sizes = try ["accounts.csv", "postqueue.json", "day.policy.gz"].map { try Repository.sampleData($0).count }
        #expect(sizes.reduce(0, +) < 10_000_000)
    }

    @Test func aLargerDayHasUniqueLogins() {
        let population = Population(count: 20_000, seed: 3)
        #expect(population.accounts.count == 20_000)
        let addresses = population.accounts.flatMap { [$0.login] + $0.addresses }
        #expect(Set(addresses).count == addresses.count)
    }

    @Test func filesAreWrittenAndReadBack() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sekisho-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = SampleFiles(seed: 1, accounts: 20, requests: 50)
        try files.write(to: folder.path)
        #expect(try Gzip.decompress(folder.appendingPathComponent("day.policy.gz").path) == bytes(of: files))
        #expect(try [UInt8](Data(contentsOf: folder.appendingPathComponent("accounts.csv"))) == files.accountsFile)
    }

    @Test func aFileThatIsNoGzipIsRefused() {
        #expect(throws: Gzip.Failure.self) { try Gzip.decompress(Repository.samplePath("accounts.csv")) }
        #expect(throws: Gzip.Failure.self) { try Gzip.decompress("/nonexistent.gz") }
    }
}
