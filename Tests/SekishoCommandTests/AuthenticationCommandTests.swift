import Foundation
import Testing

@testable import sekisho

/// The built command, without an engine.
@Suite(.timeLimit(.minutes(3))) struct AuthenticationCommandTests {
    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sekisho-key-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    @Test func aKeyIsForItsOwnerAloneAndNeverWrittenOverAnother() async throws {
        try await inFolder { folder in
            let file = folder + "/s1.pem"
            let arguments = ["dkim", "keygen", "--domain", "Example.ORG", "--selector", "s1", "--out", file]
            let run = try await CommandRun.sekisho(arguments + ["--algorithm", "ed25519"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.hasPrefix("s1._domainkey.example.org. IN TXT \"v=DKIM1; k=ed25519; p="))
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let key = try String(contentsOfFile: file, encoding: .utf8)
            #expect(key.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
            let again = try await CommandRun.sekisho(arguments)
            #expect(again.status == 1)
            #expect(again.errors.contains("it is there already"))
            #expect(try String(contentsOfFile: file, encoding: .utf8) == key)
        }
    }

    @Test func anRSAKeyIsOneThatOpenSSLReadsAsAsked() async throws {
        try await inFolder { folder in
            let file = folder + "/key.pem"
            let run = try await CommandRun.sekisho([
                "dkim", "keygen", "--domain", "isp.example", "--selector", "r", "--bits", "1024", "--out", file,
                "--json",
            ])
            let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: String]
            #expect(object?["name"] == "r._domainkey.isp.example")
            let published = try #require(object?["record"]?.split(separator: "p=").last)
            let openssl = try await CommandRun.run(
                "/usr/bin/openssl", ["pkey", "-in", file, "-pubout", "-outform", "PEM"])
            let read = openssl.output.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
            #expect(read == published)
        }
    }

    @Test(arguments: [
        (["dkim", "keygen", "--domain", "a b", "--selector", "s"], "--domain"),
        (["dkim", "keygen", "--domain", "a.example", "--selector", "s\";x"], "--selector"),
        (["dkim", "keygen", "--domain", "a.example", "--selector", "s", "--bits", "512"], "--bits"),
        (["dkim", "keygen", "--domain", "a.example", "--selector", "s", "--bits", "2047"], "--bits"),
        (["check", "spf", "--ip", "example.org"], "--ip"),
        (["check", "spf", "--ip", "192.0.2.1", "--resolver", "dns.example:53"], "--resolver"),
        (["dns", "check", "isp.example", "--ip", "here"], "--ip"),
        (["dns", "check", "a b"], "a b"),
    ])
    func whatIsWrongIsNamed(_ arguments: [String], _ named: String) async throws {
        let run = try await CommandRun.sekisho(arguments)
        #expect(run.status == 64)
        #expect(run.errors.contains(named))
    }

    @Test func aMessageThatIsNotThereIsNotFound() async throws {
        let run = try await CommandRun.sekisho(["check", "message", "/nonexistent.eml", "--ip", "192.0.2.1"])
        #expect(run.status == 3 && run.errors.contains("/nonexistent.eml"))
    }

    @Test func aDomainThatTheDNSDoesNotAnswerForIsUnknownAndNotWithoutRecords() async throws {
        let arguments = ["dns", "check", "isp.example", "--ip", "192.0.2.1", "--resolver", "127.0.0.1:1"]
        let run = try await CommandRun.sekisho(arguments + ["--json"])
        #expect(run.status == 1, "\(run.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(object?["unanswered"] as? [String] == ["spf", "dkim", "dmarc", "mx"])
        let text = try await CommandRun.sekisho(arguments)
        #expect(text.output.contains("SPF     unknown: the DNS gave no answer"))
        #expect(!text.output.contains("there is no"))
    }

    /// Nothing listens on the port, so that no answer comes.
    @Test func aDNSThatDoesNotAnswerIsATemporaryErrorThatNamesTheQuestion() async throws {
        let run = try await CommandRun.sekisho([
            "check", "spf", "--ip", "192.0.2.1", "--from", "a@example.org", "--resolver", "127.0.0.1:1", "--json",
        ])
        #expect(run.status == 0, "\(run.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(object?["result"] as? String == "temperror")
        #expect((object?["reason"] as? String)?.contains("example.org") == true)
        #expect((object?["steps"] as? [String])?.isEmpty == false)
    }
}
