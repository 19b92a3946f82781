import MailPolicy

@testable import PolicyEngine

/// Reads configurations that tests write down as text.
enum ConfigurationText {
    /// 2026-11-24T14:00:00+09:00.
    static let now: Milliseconds = 1_795_496_400_000

    static func parse(
        _ text: String, unknownGroups: UnknownGroups = .ignored
    ) throws(ConfigurationError) -> EngineConfiguration {
        try ConfigurationLoader.parse(
            Array(text.utf8), file: "sekisho.toml", now: now, unknownGroups: unknownGroups)
    }

    /// The problems of a text, as a person reads them; none if it is good.
    static func problems(_ text: String, unknownGroups: UnknownGroups = .ignored) -> [String] {
        do {
            _ = try parse(text, unknownGroups: unknownGroups)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// The least that is a configuration.
    static let least = "[plans.new]\nlimits = [\"10 messages per day\"]\n"
}
