import Foundation
import GRDB
import Testing

@testable import PolicyStore

/// A process that writes as an engine does is killed again and again, and started again on what it left.
@Suite struct KillTests {
    @Test func nothingThatWasCommittedIsLostAndNothingIsCountedTwice() throws {
        let place = try TemporaryStore()
        var random = SeededRandom(state: 7)
        var confirmed: Int64 = 0
        for _ in 0..<12 {
            confirmed = try run(place, until: confirmed + Int64.random(in: 1...120, using: &random)) ?? confirmed
            let store = try place.open()
            let written = try #require(try store.meta("batch").flatMap { Int64($0) })
            // The one that it was writing when it was killed may be there or not.
            #expect(written == confirmed || written == confirmed + 1)
            try check(store, batches: written)
            try store.close()
            confirmed = written
        }
    }

    /// Kills the writer once it has said that batch `number` is committed; what it said last.
    private func run(_ place: TemporaryStore, until number: Int64) throws -> Int64? {
        let process = Process()
        process.executableURL = try #require(Bundle.main.executableURL).deletingLastPathComponent()
            .appendingPathComponent("PolicyStoreWriter")
        process.arguments = [place.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var output = Data()
        while last(output).map({ $0 < number }) ?? true {
            let more = pipe.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            output += more
        }
        kill(process.processIdentifier, SIGKILL)
        output += pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        return last(output)
    }

    /// The last whole line.
    private func last(_ output: Data) -> Int64? {
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.dropLast().last.flatMap { Int64($0) }
    }

    private func check(_ store: PolicyStore, batches: Int64) throws {
        var expected: [MeterKey: [MeterEntry]] = [:]
        for number in 1...batches {
            let entry = MeterEntry(at: morning + number * 1_000, messages: 1, recipients: 2, bytes: number)
            for key in [MeterKey.account(number % 7), .named(kind: 3, name: "carrier \(number % 5)")] {
                expected[key, default: []].append(entry)
            }
        }
        #expect(try store.allMeters() == expected)
        #expect(try store.clock()?.wall == morning + batches * 1_000)
        #expect(try store.history(of: ["uptime"], from: morning, to: morning).values["uptime"] == [batches])
        let actions = try store.audit(AuditQuery(limit: 1_000)).count
        let overrides = try store.overridesInForce(now: morning).count
        #expect(actions == overrides)
        #expect(abs(Int64(actions) - batches / 10) <= 12)
        let log = try store.database.read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM meter_log") }
        #expect(try #require(log) < 60)
    }
}
