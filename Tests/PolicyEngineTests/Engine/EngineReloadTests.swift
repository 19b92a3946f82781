import ControlProtocol
import ControlTesting
import Foundation
import MailAuthentication
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite(.timeLimit(.minutes(3))) struct EngineReloadTests {
    private let header = "login,plan,signed_up\n"

    private func writeAccounts(_ rows: String, in folder: TemporaryFolder) throws {
        try (header + rows).write(toFile: folder.file("accounts.csv"), atomically: true, encoding: .utf8)
    }

    @Test func aBrokenConfigurationIsToldWithItsLineAndTheOldOneStays() async throws {
        let folder = try TemporaryFolder()
        try RunningEngine.write(in: folder)
        try await RunningEngine.run(in: folder) { running in
            try RunningEngine.write("[plans.new]\nlimit = [\"1 message per day\"]\n", in: folder)
            let error = await #expect(throws: ControlError.self) { try await running.reload() }
            #expect(error?.message.contains("c.toml:") == true)
            #expect(error?.message.contains("limits") == true)
            #expect(try await running.submit(10, "one").allSatisfy { $0 == "DUNNO" })
        }
    }

    @Test func whatAConfigurationWarnsOfIsInTheLogAtStartAndAtReload() async throws {
        let folder = try TemporaryFolder()
        let (key, log) = (folder.file("key.pem"), folder.file("log"))
        for (file, text) in [(key, try DKIMKeyPair.generate(.ed25519).privateKey.pem), (log, "")] {
            #expect(
                FileManager.default.createFile(
                    atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]))
        }
        try RunningEngine.write(
            RunningEngine.plans + "[arc]\ndomain = \"isp.example\"\nselector = \"s\"\nkey = \"\(key)\"\n", in: folder)
        let written = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        let sink = LogSink(.standardError, descriptor: written.fileDescriptor)
        func warnings() throws -> Int {
            try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count {
                $0.contains("level=warning") && $0.contains("arc.key: it is an Ed25519 key")
            }
        }
        try await RunningEngine.run(in: folder, log: sink) { running in
            sink.flush()
            #expect(try warnings() == 1)
            _ = try await running.reload()
        }
        #expect(try warnings() == 2)
    }

    @Test func aConfigurationWithoutAListenerIsNotTaken() async throws {
        let folder = try TemporaryFolder()
        try RunningEngine.write(in: folder)
        try await RunningEngine.run(in: folder) { running in
            try RunningEngine.write(listen: [], in: folder)
            await #expect(throws: ControlError.self) { try await running.reload() }
            #expect(try await running.submit(1, "one") == ["DUNNO"])
        }
    }

    @Test func limitsAndListenersChangeWhileItRunsAndCountsStay() async throws {
        let folder = try TemporaryFolder()
        try RunningEngine.write(in: folder)
        try await RunningEngine.run(in: folder) { running in
            _ = try await running.submit(5, "one")
            try RunningEngine.write(
                "[plans.new]\nlimits = [\"6 messages per day\"]\n", listen: ["policy.sock", "second.sock"], in: folder)
            _ = try await running.reload()
            #expect(try await running.submit(1, "two") == ["DUNNO"])
            #expect(try await running.submit(1, "three")[0].hasPrefix("450 4.7.1"))
            let second = try await RawPolicyClient(path: folder.file("second.sock"))
            second.send(PolicyText.request(login: "b@isp.example"))
            #expect(await eventually { second.answers == ["DUNNO"] })
            try RunningEngine.write(listen: ["second.sock"], in: folder)
            _ = try await running.reload()
            #expect(!FileManager.default.fileExists(atPath: folder.file("policy.sock")))
            second.send(PolicyText.request(login: "b@isp.example", instance: "4"))
            #expect(await eventually { second.answers == ["DUNNO", "DUNNO"] })
        }
    }

    @Test func accountsOnAPlanThatComesWithTheSameReloadAreOnIt() async throws {
        let folder = try TemporaryFolder()
        try writeAccounts("a@isp.example,new,2020-01-01\n", in: folder)
        try RunningEngine.write(in: folder)
        try await RunningEngine.run(in: folder) { running in
            #expect(running.plan(of: "a@isp.example") == "new")
            try writeAccounts("a@isp.example,bulk,2020-01-01\nb@isp.example,new,2020-01-01\n", in: folder)
            try RunningEngine.write(
                "[plans.bulk]\nlimits = [\"9 messages per hour\"]\n" + RunningEngine.plans, in: folder)
            let receipt = try await running.reload()
            #expect(receipt.notDone.isEmpty)
            #expect(running.plan(of: "a@isp.example") == "bulk")
            #expect(running.plan(of: "b@isp.example") == "new")
        }
    }

    @Test func aBadRowIsToldWithItsLineAndNothingOfTheFileIsTaken() async throws {
        let folder = try TemporaryFolder()
        try writeAccounts("a@isp.example,new,2020-01-01\n", in: folder)
        try RunningEngine.write(in: folder)
        try await RunningEngine.run(in: folder) { running in
            try writeAccounts("b@isp.example,new,2020-01-01\nc@isp.example,gold,2020-01-01\n", in: folder)
            let error = await #expect(throws: ControlError.self) { try await running.reload() }
            #expect(error?.message.contains("accounts.csv:3") == true, "\(error?.message ?? "")")
            #expect(running.plan(of: "a@isp.example") == "new")
            #expect(running.plan(of: "b@isp.example") == nil)
        }
        // Nor is it a reason not to start: the accounts of the last import are known.
        try await RunningEngine.run(in: folder) { running in
            #expect(running.plan(of: "a@isp.example") == "new")
            #expect(running.plan(of: "b@isp.example") == nil)
        }
    }

    @Test func reloadsAtTheSameTimeAreMadeOneAfterTheOther() async throws {
        let folder = try TemporaryFolder()
        try RunningEngine.write(in: folder)
        try await RunningEngine.run(in: folder) { running in
            try RunningEngine.write(listen: ["policy.sock", "second.sock", "third.sock"], in: folder)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await running.reload() } }
                try await group.waitForAll()
            }
            for name in ["policy.sock", "second.sock", "third.sock"] {
                let client = try await RawPolicyClient(path: folder.file(name))
                client.send(PolicyText.request(login: "b@isp.example", instance: name))
                #expect(await eventually { client.answers == ["DUNNO"] })
            }
        }
    }
}
