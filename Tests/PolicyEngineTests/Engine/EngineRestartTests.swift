import ControlProtocol
import ControlTesting
import Foundation
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite(.timeLimit(.minutes(3))) struct EngineRestartTests {
    private func why(_ subject: String, _ link: EmbeddedEngineLink) async throws -> [VerdictRow] {
        var query = ViewQuery(.why, limit: 50)
        query.subject = subject
        guard case .why(let page) = try await link.view(query).content else { return [] }
        return page.rows
    }

    @Test func countsVerdictsAndQueueIDsSurviveARestart() async throws {
        let folder = try TemporaryFolder()
        try RunningEngine.write(in: folder)
        let number = try await RunningEngine.run(in: folder) { running in
            #expect(try await running.submit(10, "one", queueID: "4jZ2Cn6sd0z2NG95").allSatisfy { $0 == "DUNNO" })
            #expect(try await running.submit(1, "two", queueID: "4jZ2Cn6sd0z2NG96")[0].hasPrefix("450 4.7.1"))
            // Accepted verdicts are not stored, but they have had their numbers.
            #expect(try await running.submit(3, login: "b@isp.example", "three") == ["DUNNO", "DUNNO", "DUNNO"])
            return try #require(try await why("b@isp.example", running.link).first?.number)
        }
        #expect(number == 14)
        try await RunningEngine.run(in: folder) { running in
            for subject in ["a@isp.example", "192.0.2.7", "4jZ2Cn6sd0z2NG96", "two.0"] {
                let rows = try await why(subject, running.link)
                #expect(rows.count == 1, "\(subject)")
                #expect(rows.first?.number == 11)
                #expect(rows.first?.limit == "10 messages per day")
            }
            #expect(try await running.submit(1, "four")[0].hasPrefix("450 4.7.1"))
            #expect(try await why("four.0", running.link).first?.number == 15)
            let owner = try await running.engine.core.keeper.perform { store in
                var owners: [String: Int64] = [:]
                try store.loadQueueOwners { owners[$0.queueID] = $0.account }
                return owners
            }
            #expect(Array(owner.keys) == ["4jZ2Cn6sd0z2NG95"])
        }
    }

    @Test func aSuspensionThatRanOutWhileTheEngineWasDownIsOver() async throws {
        let folder = try TemporaryFolder()
        try RunningEngine.write(in: folder)
        try await RunningEngine.run(in: folder) { running in
            _ = try await running.submit(1, "one")
            let order = Order(action: .suspend(account: "a@isp.example", mode: .refuse), reason: "test", seconds: 4)
            _ = try await running.link.perform(order)
            #expect(try await running.submit(1, "two")[0].hasPrefix("554 5.7.1"))
        }
        try await Task.sleep(for: .seconds(4))
        try await RunningEngine.run(in: folder) { running in
            let answers = try await running.submit(1, "three")
            #expect(answers == ["DUNNO"])
        }
    }

    @Test func aSuspensionThatRunsOutWhileTheEngineRunsEndsInTheStore() async throws {
        let folder = try TemporaryFolder()
        try RunningEngine.write(in: folder)
        try await RunningEngine.run(in: folder) { running in
            _ = try await running.submit(1, "zero")
            let order = Order(action: .suspend(account: "a@isp.example", mode: .refuse), reason: "test", seconds: 4)
            let receipt = try await running.link.perform(order)
            let id = try #require(receipt.overrideID)
            #expect(
                try await eventually {
                    try await running.engine.core.keeper.perform { try $0.override(id)?.ended } != nil
                })
            #expect(try await running.submit(1, "one") == ["DUNNO"])
        }
    }
}
