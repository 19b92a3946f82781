import Foundation
import MailPolicy
import Testing

@testable import PolicyEngine

/// The configuration and the accounts that come with the project.
@Suite struct SampleConfigurationTests {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("sample-data")

    private func load() throws -> EngineConfiguration {
        try ConfigurationLoader.load(
            file: folder.appendingPathComponent("sekisho.toml").path, now: ConfigurationText.now)
    }

    @Test func itLoadsAndHasWhatTheDemonstrationNeeds() throws {
        let rules = try load().rulebook
        #expect(rules.zone.name == "Asia/Tokyo")
        #expect(rules.plans.map(\.name) == ["new", "regular", "bulk"])
        #expect(rules.plans[0].limits.first == Limit(10, .messages, per: .rolling(86_400_000)))
        #expect(rules.carriers.map(\.name) == ["docomo", "au", "softbank"])
        #expect(rules.carriers.map(\.recipientsPerMessage) == [100, 100, 100])
        #expect(rules.carriers[1...].map(\.messageBytes) == [3_000_000, 1_000_000])
    }

    @Test func itsAccountsLoad() throws {
        let configuration = try load()
        let accounts = try DirectoryReader.load(
            file: try #require(configuration.directory), plans: configuration.rulebook.plans.map(\.name),
            zone: configuration.rulebook.zone, now: ConfigurationText.now)
        #expect(accounts.count == 2000)
        #expect(accounts.first?.login == "yamada88@isp.example")
    }

    /// Each key stands in it, with its value or in a comment.
    @Test func itMentionsEveryKey() throws {
        let text = try String(contentsOf: folder.appendingPathComponent("sekisho.toml"), encoding: .utf8)
        let locator = KeyLocator(Self.uncommented(text))
        let found = Set(locator.lines.keys.map(Self.pattern))
        #expect(ConfigurationLoader.knownKeys.subtracting(found) == [])
    }

    /// What a site may take out of comments can be read, but for its own files.
    @Test func whatIsCommentedOutIsGood() throws {
        let file = folder.appendingPathComponent("sekisho.toml")
        let text = Self.uncommented(try String(contentsOf: file, encoding: .utf8))
        do {
            _ = try ConfigurationLoader.parse(Array(text.utf8), file: file.path, now: ConfigurationText.now)
        } catch {
            #expect(error.problems.allSatisfy { $0.problem.contains("No such file") }, "\(error)")
        }
    }

    private static func uncommented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.first == "#" && line.dropFirst().first.map { $0.isLetter || $0 == "[" } ?? false
                ? line.dropFirst() : line
        }.joined(separator: "\n")
    }

    /// `plans.*.limits` for `plans.new.limits[0]`, `listen[].path` for `listen[1].path`.
    private static func pattern(_ key: String) -> String {
        var parts = key.split(separator: ".").map { part in
            part.contains("[") ? String(part.prefix { $0 != "[" }) + "[]" : String(part)
        }
        if ["plans", "carriers"].contains(parts[0]), parts.count > 1 { parts[1] = "*" }
        return parts.joined(separator: ".")
    }
}
