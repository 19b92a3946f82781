import MailPolicy

/// One reading of a configuration file: collects what is wrong, so that all of it is told at once.
final class ConfigurationDocument {
    let file: String
    /// Wall time of the reading, for the time zone's table.
    let now: Milliseconds
    private let locator: KeyLocator
    private(set) var problems: [ConfigurationProblem] = []
    /// What is read as it stands, but will hardly do what is meant.
    private(set) var warnings: [ConfigurationProblem] = []
    /// Every key that was asked for, whether or not it is there: `plans.*.limits`, `listen[].path`.
    private(set) var knownKeys: Set<String> = []
    /// Reads no file but asks for every key there is.
    let isProbe: Bool
    let unknownGroups: UnknownGroups

    init(file: String, text: String, now: Milliseconds, unknownGroups: UnknownGroups = .ignored, isProbe: Bool = false)
    {
        self.file = file
        self.now = now
        self.unknownGroups = unknownGroups
        self.isProbe = isProbe
        locator = KeyLocator(text)
    }

    func line(of key: String) -> Int? { locator.line(of: key) }

    func know(_ key: String) { knownKeys.insert(key) }

    func report(_ key: String, _ problem: String, remedy: String? = nil) {
        problems.append(entry(key, problem, remedy))
    }

    func warn(_ key: String, _ problem: String, remedy: String? = nil) {
        warnings.append(entry(key, problem, remedy))
    }

    private func entry(_ key: String, _ problem: String, _ remedy: String?) -> ConfigurationProblem {
        ConfigurationProblem(file: file, line: line(of: key), key: key, problem: problem, remedy: remedy)
    }

    /// `line 12`, for a message about another line.
    func place(of key: String) -> String { line(of: key).map { "line \($0)" } ?? key }

    /// Relative paths are meant from the configuration file's directory.
    func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}

/// What groups are that the system does not know which reads the configuration.
package enum UnknownGroups: Sendable {
    /// It is served nowhere, such as the demonstration's.
    case ignored
    /// It may be written for another host.
    case warned
    /// The sockets could not be opened.
    case refused
}
