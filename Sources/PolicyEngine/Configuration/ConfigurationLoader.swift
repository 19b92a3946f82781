import MailAuthentication
import MailPolicy
import TOMLKit

/// Reads `sekisho.toml`.
package enum ConfigurationLoader {
    /// A configuration with ten thousand networks stays far below this.
    private static let mostBytes = 4_000_000

    /// Reads a file that is served nowhere, such as the demonstration's: the system need not know its groups.
    ///
    /// ```swift
    /// let configuration = try ConfigurationLoader.load(file: "/etc/sekisho/sekisho.toml", now: now)
    /// ```
    /// - Parameter now: wall time, for the time zone's table.
    /// - Throws: ``ConfigurationError`` with all that is wrong with it.
    package static func load(
        file: String, now: Milliseconds
    ) throws(ConfigurationError) -> EngineConfiguration {
        try parse(read(file), file: file, now: now)
    }

    /// Reads a file that anything may be wrong with.
    /// - Parameter trial: reads it first, where there is one, so that what the parser cannot stand is an error like any
    ///   other.
    package static func load(
        file: String, trial: ParserTrial?, now: Milliseconds, unknownGroups: UnknownGroups
    ) async throws(ConfigurationError) -> EngineConfiguration {
        let bytes = try read(file)
        if let line = await trial?.fatalLine(in: bytes) {
            let text = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[line - 1]
            throw problem(
                file, line: line, "no valid TOML: the parser gives up at \"\(String(visibleASCII: text.prefix(60)))\"",
                remedy:
                    "A table is [name], a list [\"a\", \"b\"]; a name with other than letters, digits, - and _ is quoted"
            )
        }
        return try parse(bytes, file: file, now: now, unknownGroups: unknownGroups)
    }

    private static func read(_ file: String) throws(ConfigurationError) -> [UInt8] {
        do {
            return try BoundedFile.read(file, mostBytes: mostBytes, orPipe: true)
        } catch {
            throw problem(file, error.problem)
        }
    }

    /// Reads the text of a file.
    package static func parse(
        _ bytes: [UInt8], file: String, now: Milliseconds, unknownGroups: UnknownGroups = .ignored
    ) throws(ConfigurationError) -> EngineConfiguration {
        guard bytes.count <= mostBytes else { throw problem(file, "it is larger than \(mostBytes) bytes") }
        // TOMLKit hands C strings on, which would end at a NUL.
        if let index = bytes.firstIndex(of: 0) { throw problem(file, line: line(of: index, bytes), "it contains NUL") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw problem(
                file, line: line(of: invalidIndex(bytes), bytes), "it is not UTF-8", remedy: "Save it as UTF-8")
        }
        guard case .table(let table) = try tree(text, file) else { throw problem(file, "it is no table") }
        let document = ConfigurationDocument(file: file, text: text, now: now, unknownGroups: unknownGroups)
        var configuration = read(table, document)
        guard document.problems.isEmpty else {
            throw ConfigurationError(problems: document.problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
        }
        configuration.warnings = document.warnings.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
        return configuration
    }

    /// Every key that there is, with `*` for names that the site chooses: `plans.*.limits`, `listen[].path`.
    package static var knownKeys: Set<String> {
        let probe = ConfigurationDocument(file: "", text: "", now: 0, isProbe: true)
        _ = read([:], probe)
        return probe.knownKeys
    }

    private static func read(
        _ table: [String: ConfigurationValue], _ document: ConfigurationDocument
    ) -> EngineConfiguration {
        let root = ConfigurationSection(table, path: "", pattern: "", document: document)
        let accounts = root.section("accounts")
        let authentication = root.section("authentication")
        var sockets = ClaimedSockets()
        let configuration = EngineConfiguration(
            rulebook: Rulebook(reading: root, accounts: accounts, authentication: authentication),
            listeners: ListenerSettings.all(reading: root, &sockets),
            milters: MilterSettings.all(reading: root, &sockets),
            engine: ServingSettings(reading: root.section("engine")),
            control: ControlSettings(reading: root.section("control")),
            store: StoreSettings(reading: root.section("store")),
            log: LogSettings(reading: root.section("log")),
            directory: accounts.filePath("directory"),
            queue: QueueSettings(reading: root.section("queue")),
            authentication: AuthenticationSettings(reading: authentication),
            signingKeys: SigningKey.all(reading: root),
            sealing: SealingSettings(reading: root))
        accounts.finish()
        authentication.finish()
        root.finish()
        return configuration
    }

    private static func tree(_ text: String, _ file: String) throws(ConfigurationError) -> ConfigurationValue {
        do {
            return ConfigurationValue(try TOMLTable(string: text))
        } catch let error as TOMLParseError {
            throw problem(
                file, line: error.source.begin.line, column: error.source.begin.column,
                "no valid TOML: "
                    + error.description)
        } catch {
            throw problem(file, "no valid TOML: \(error)")
        }
    }

    private static func problem(
        _ file: String, line: Int? = nil, column: Int? = nil, _ text: String, remedy: String? = nil
    ) -> ConfigurationError {
        ConfigurationError(problems: [
            ConfigurationProblem(file: file, line: line, column: column, problem: text, remedy: remedy)
        ])
    }

    private static func line(of index: Int, _ bytes: [UInt8]) -> Int {
        1 + bytes[..<index].count { $0 == UInt8(ascii: "\n") }
    }

    /// Where the first line that is no UTF-8 begins.
    private static func invalidIndex(_ bytes: [UInt8]) -> Int {
        var line = 0
        while line < bytes.count {
            let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if String(validating: bytes[line..<end], as: UTF8.self) == nil { return line }
            line = end + 1
        }
        return bytes.count
    }
}
