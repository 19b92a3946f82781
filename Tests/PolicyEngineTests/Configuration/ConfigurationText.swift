import MailPolicy

@testable import PolicyEngine

/// Reads configurations that tests write down as text.
enum ConfigurationText {
    /// 2026-11-24T14:00:00+09:00.
    static let now: Milliseconds = 1_795_496_400_000

    static func parse(
        _ text: String, isForThisHost: Bool = false
    ) throws(ConfigurationError) -> EngineConfiguration {
        try ConfigurationLoader.parse(
            Array(text.utf8), file: "sekisho.toml", now: now, isForThisHost: isForThisHost)
    }

    /// The problems of a text, as a person reads them; none if it is good.
    static func problems(_ text: String, isForThisHost: Bool = false) -> [String] {
        do {
            _ = try parse(text, isForThisHost: isForThisHost)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// The least that is a configuration.
    static let least = "[plans.new]\nlimits = [\"10 messages per day\"]\n"
}
