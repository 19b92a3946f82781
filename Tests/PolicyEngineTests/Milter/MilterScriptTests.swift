import ControlTesting
import Foundation
import MailAuthentication
import NIOPosix
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
        try await run(script, serving: service)
        return service.notes.all
    }

    private func run(_ script: String, serving service: any MilterService) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let log = LogLines()
        let server = MilterServer(service: service, group: group, logger: log.logger)
        try await server.listen(on: [.tcp(host: "127.0.0.1", port: 0)])
        let port = try #require(server.addresses.first?.split(separator: ":").last)
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
        await server.close()
        #expect(log.lines.isEmpty)
        try await group.shutdownGracefully()
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

    @Test func whatComesInIsVerifiedAsMiltertestUnderstandsIt() async throws {
        let rig = try VerifyingRig(
            NamedRecords(texts: [
                "example.org": "v=spf1 ip4:192.0.2.0/24 -all", "_dmarc.example.org": "v=DMARC1; p=reject",
                "_dmarc.forged.example": "v=DMARC1; p=reject",
            ]))
        try await run("verify.lua", serving: rig.verify)
        #expect(rig.tally("example.org")?[.dmarc, .pass] == 1)
        #expect(rig.tally("forged.example")?[.dmarc, .fail] == 1)
    }

    @Test func whatGoesOutIsSignedAsMiltertestUnderstandsIt() async throws {
        let key = try DKIMKeyPair.generate(.ed25519).privateKey
        let rig = try VerifyingRig(
            NamedRecords(texts: [:]), keys: [SigningKey(domain: "isp.example", selector: "e1", key: key)])
        try await run("sign.lua", serving: rig.sign)
        #expect(rig.complaints.all.isEmpty)
    }

    @Test func aMailServerOfVersionTwoIsAnsweredAtEachStep() async throws {
        let told = try await run("old.lua", Self.changing())
        #expect(told.map(\.header) == [["From: A <a@example.org>", ""]])
    }
}
