import ControlProtocol
import Foundation
import Testing

/// Mail is signed by one Postfix and verified by another, and what is forged is seen.
@Suite struct MilterTests {
    private let tanaka = EngineConfiguration.Account.tanaka.login
    private let sato = PostfixConfiguration.knownRecipients[1]

    @Test func whatOneInstanceSignsTheOtherVerifiesAndForgedMailIsSeenInTheConsole() async throws {
        try await open { site, sender, console in
            let client = try SMTPClient(port: try sender.port(.submission))
            _ = try await client.open(login: tanaka)
            #expect(try await client.send(from: tanaka, to: sato, subject: "genuine").accepted)
            let genuine = try await site.sink.delivered(1)[0]
            #expect(genuine.fields.count { $0.hasPrefix("DKIM-Signature: ") } == 2)
            let results = try #require(genuine.fields.first { $0.hasPrefix("Authentication-Results: mx.isp.example;") })
            #expect(results.components(separatedBy: "dkim=pass").count == 3, "\(results)")
            #expect(results.contains("header.a=rsa-sha256") && results.contains("header.a=ed25519-sha256"))
            #expect(results.contains("spf=pass") && results.contains("dmarc=pass"))

            let forger = try await connect(to: site, from: "127.0.7.1")
            #expect(try await forge(forger, subject: "forged").accepted)
            let forged = try #require(try await site.sink.delivered(2).first { $0.subject == "forged" })
            #expect(forged.fields.contains("Sekisho-DMARC: fail; policy=reject; domain=isp.example"))
            let own = forged.fields.filter { $0.lowercased().hasPrefix("authentication-results: mx.isp.example;") }
            #expect(own.count == 1 && own[0].contains("dmarc=fail") && own[0].contains("spf=fail"), "\(forged.fields)")

            let row = try #require(try await site.engine.domains().first { $0.domain == "isp.example" })
            #expect(row.own && row.methods["dmarc"]?.hour == FindingCounts(pass: 1, fail: 1))
            #expect(row.methods["dkim"]?.hour == FindingCounts(pass: 1, none: 1))
            let source = try await site.engine.source("127.0.7.1")
            #expect(source.row.parts.contains { $0.count == 1 && $0.name == "disowned by DMARC" })

            try await console.select("isp.example", inView: 5)
            try await console.terminal.press("Enter")
            try await console.terminal.shows("127.0.7.1")
        }
    }

    @Test func forgedMailIsHeldOrRefusedWhereTheSiteSaysSoAndTheReasonIsFound() async throws {
        try await open(dmarc: "reject") { site, _, _ in
            let forger = try await connect(to: site, from: "127.0.7.1")
            let refused = try await forge(forger, subject: "forged")
            #expect(refused.refusal?.code == 550 && refused.refusal?.enhancedStatus == "5.7.1", "\(refused)")
            let why = try await site.engine.why("127.0.7.1")
            #expect(why.contains { $0.rule == "dmarc" && $0.outcome == .refused && $0.queueID != nil })

            // p=quarantine
            let held = try await forger.send(
                from: "a@bank.example", to: [sato], author: "a@bank.example", subject: "quarantined")
            #expect(held.accepted)
            let id = try await eventually("the message on hold") {
                try await site.postfix.queue().first { $0.contains("\"hold\"") && $0.contains("a@bank.example") }
                    .flatMap { try JSONDecoder().decode(QueueEntry.self, from: Data($0.utf8)).queueID }
            }
            #expect(try await site.engine.why(id).contains { $0.rule == "dmarc" && $0.outcome == .held })

            try await site.engine.change("whitelist", "127.0.7.1")
            #expect(try await forge(forger, subject: "let through").accepted)
            let delivered = try await site.sink.delivered(1)
            #expect(delivered.map(\.subject) == ["let through"])
        }
    }

    @Test func withoutTheEngineMailComesInUnverifiedAndNoneGoesOutUnsigned() async throws {
        try await open { site, sender, _ in
            try await site.engine.kill()
            let outsider = try await connect(to: site, from: "127.0.7.1")
            #expect(try await outsider.send(from: "a@far.example", to: sato).accepted)
            let client = try SMTPClient(port: try sender.port(.submission))
            _ = try await client.open(login: tanaka)
            let refused = try await client.send(from: tanaka, to: sato)
            #expect(refused.refusal?.code == 451, "\(refused)")

            try await site.engine.start()
            let again = try SMTPClient(port: try sender.port(.submission))
            _ = try await again.open(login: tanaka)
            #expect(try await again.send(from: tanaka, to: sato, subject: "signed").accepted)
            let signed = try #require(try await site.sink.delivered(2).first { $0.subject == "signed" })
            #expect(signed.fields.contains { $0.hasPrefix("DKIM-Signature: ") })
        }
    }

    private struct QueueEntry: Decodable {
        var queueID: String
        private enum CodingKeys: String, CodingKey { case queueID = "queue_id" }
    }

    /// One of our customers, says its header; and that we have found it so.
    private func forge(_ client: SMTPClient, subject: String) async throws -> Submission {
        let forged = "\(tanaka)>\r\nAuthentication-Results: MX.isp.example; dmarc=pass\r\nX-Rest: <"
        return try await client.send(from: tanaka, to: [sato], author: forged, subject: subject)
    }

    private func connect(to site: Site, from source: String) async throws -> SMTPClient {
        let client = try SMTPClient(port: try site.postfix.port(.mx), from: source)
        _ = try await client.open()
        return client
    }

    /// A site that verifies, and another Postfix that signs and sends to it.
    private func open(
        dmarc: String = "tag", _ body: (Site, PostfixInstance, OperatorSession) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var parts = RunningParts()
        var authentication = EngineConfiguration.Authentication(resolver: "", dmarc: dmarc)
        var records = [
            #"isp.example. IN TXT "v=spf1 ip4:127.0.0.1 -all""#, #"_dmarc.isp.example. IN TXT "v=DMARC1; p=reject""#,
            #"bank.example. IN TXT "v=spf1 -all""#, #"_dmarc.bank.example. IN TXT "v=DMARC1; p=quarantine""#,
        ]
        for (selector, algorithm) in [("r1", "rsa"), ("e1", "ed25519")] {
            let file = folder[selector]
            authentication.keys[selector] = file
            records.append(
                try await CommandResult.check(
                    Engine.program,
                    [
                        "dkim", "keygen", "--domain", "isp.example", "--selector", selector, "--algorithm", algorithm,
                        "--out", file,
                    ]
                ).trimmingCharacters(in: .newlines))
        }
        do {
            let names = try await NameServer(in: folder, records: records)
            parts.add { await names.end() }
            authentication.resolver = names.address
            var configuration = EngineConfiguration()
            configuration.authentication = authentication
            try await Site.open(gates: [.mx], configuration: configuration) { site in
                let sender = try await PostfixInstance(
                    in: folder, gates: [.submission],
                    surroundings: PostfixInstance.Surroundings(
                        policySocket: site.engine.policySocket, authSocket: site.auth.socket,
                        sinkPort: try site.postfix.port(.mx), milters: site.engine.milters))
                do {
                    let console = try await OperatorSession(at: site.engine)
                    do {
                        try await body(site, sender, console)
                    } catch {
                        await console.end()
                        throw error
                    }
                    await console.end()
                } catch {
                    await sender.end()
                    throw RigError("\(error)\n\(sender.log)")
                }
                await sender.end()
            }
        } catch {
            await parts.end()
            throw error
        }
        await parts.end()
    }
}
