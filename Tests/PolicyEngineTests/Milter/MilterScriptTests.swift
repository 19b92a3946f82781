import ControlTesting
import Foundation
import PostfixProtocols
import Testing

@testable import PolicyEngine

/// Debian's miltertest, which was written for OpenDKIM, plays the mail server.
@Suite(.timeLimit(.minutes(2))) struct MilterScriptTests {
    private static func changing() -> ScriptedMilter {
        ScriptedMilter { told in
            MilterVerdict(
                .accept, quarantine: "forged",
                changes: [
                    .insert(index: 1, name: Array("X-Login".utf8), value: Array(" \(told.login ?? "")".utf8)),
                    .add(name: Array("X-Queue".utf8), value: Array(" \(told.queueID ?? "")".utf8)),
                    .change(nth: 1, name: Array("From".utf8), value: Array(" changed".utf8)),
                    .delete(nth: 1, name: Array("X-Old".utf8)),
                ])
        }
    }

    private func run(_ script: String, _ service: ScriptedMilter) async throws -> [ScriptedMilter.Told] {
        let served = try ServedMilter(service)
        try await served.server.listen(on: [.tcp(host: "127.0.0.1", port: 0)])
        let port = try #require(served.server.addresses.first?.split(separator: ":").last)
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(script)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/miltertest")
        process.arguments = ["-D", "port=\(port)", "-s", file.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        let ended = AsyncStream<Int32> { stream in
            process.terminationHandler = {
                stream.yield($0.terminationStatus)
                stream.finish()
            }
        }
        try process.run()
        var status: Int32?
        for await code in ended { status = code }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(status == 0, "\(text)")
        await served.server.close()
        #expect(served.log.lines.isEmpty)
        await served.end()
        return service.notes.all
    }

    @Test func messagesOnOneConnectionAreChangedAsMiltertestUnderstandsIt() async throws {
        let told = try await run("message.lua", Self.changing()).filter { !$0.isAbandoned }
        #expect(told.map(\.login) == ["user1", "user2", "user4"])
        #expect(told.allSatisfy { $0.header == ["From: A <a@example.org>", "X-Old: 1", ""] })
        #expect(told.allSatisfy { $0.recipients == ["b@isp.example", "c@isp.example"] && $0.bodyBytes > 200_000 })
    }

    @Test func aRefusalIsUnderstoodByMiltertest() async throws {
        let refusal = SMTPRefusal(.transactionFailed554, subject: 7, detail: 1, text: "forged, 100% sure")
        let told = try await run("refusal.lua", ScriptedMilter { _ in MilterVerdict(.refuse(refusal)) })
        #expect(told.map(\.sender) == [MilterPath(address: [])])
        #expect(told.map(\.client) == [.unknown])
    }

    @Test func aMailServerOfVersionTwoIsAnsweredAtEachStep() async throws {
        let told = try await run("old.lua", Self.changing())
        #expect(told.map(\.header) == [["From: A <a@example.org>", ""]])
    }
}
