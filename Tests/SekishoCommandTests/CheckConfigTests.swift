import Foundation
import Testing

/// Of the built command, since what is read may end the process that reads it.
@Suite struct CheckConfigTests {
    private func problems(_ text: String) async throws -> (status: Int32, errors: String) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).toml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        let run = try await CommandRun.sekisho(["check", "config", file.path])
        return (run.status, run.errors.replacing(file.path, with: "F"))
    }

    @Test(arguments: [
        ("[=a]", 1, "[=a]"), ("# 関所\n\n[ \nx = 1\n", 3, "[ "), ("a = 1\nb = [ }\nc = 2\n", 2, "b = [ }"),
        ("a = \"\"\"\n[x\n\"\"\"\n[日本]\n", 4, "[\\xE6\\x97\\xA5\\xE6\\x9C\\xAC]"),
        ("d = 1979-05-27T'00:32:00.99Z0p3\n", 1, "d = 1979-05-27T'00:32:00.99Z0p3"),
    ])
    func whatTheParserCannotStandIsToldWithItsLine(_ text: String, _ line: Int, _ shown: String) async throws {
        let (status, errors) = try await problems(text)
        #expect(status == 1)
        #expect(errors.hasPrefix("F:\(line): no valid TOML: the parser gives up at \"\(shown)\"."), "\(errors)")
    }

    @Test func whatOnlyThisHostKnowsIsLookedAtToo() async throws {
        let (status, errors) = try await problems("[control]\ngroup = \"no-such-group\"\n[plans.new]\nlimits = []\n")
        #expect(
            status == 0 && errors.hasPrefix("warning: F:2: control.group: there is no group \"no-such-group\""),
            "\(errors)")
    }

    @Test func aWarningIsToldAndTheConfigurationIsGood() async throws {
        let key = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pem").path
        defer { try? FileManager.default.removeItem(atPath: key) }
        let made = try await CommandRun.sekisho([
            "dkim", "keygen", "--domain", "a.example", "--selector", "s", "--algorithm", "ed25519", "--out", key,
        ])
        #expect(made.status == 0)
        let (status, errors) = try await problems(
            "[plans.new]\nlimits = []\n[arc]\ndomain = \"a.example\"\nselector = \"s\"\nkey = \"\(key)\"\n")
        #expect(status == 0 && errors.hasPrefix("warning: F:6: arc.key: it is an Ed25519 key"), "\(errors)")
    }

    @Test func otherErrorsAreToldAsTheParserTellsThem() async throws {
        let (status, errors) = try await problems("time_zone = \"Asia/Tokyo\ncontact = 1\n")
        #expect(status == 1 && errors.hasPrefix("F:1:"), "\(errors)")
        #expect(try await problems("contcat = \"x\"\n").errors.contains("Did you mean contact?"))
    }
}
