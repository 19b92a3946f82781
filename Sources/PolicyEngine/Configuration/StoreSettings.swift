import MailPolicy

/// `[store]`: the SQLite database.
package struct StoreSettings: Sendable, Equatable {
    package static let standardPath = "/var/lib/sekisho/sekisho.db"

    package var path: String
    /// How far back the figures a minute are kept.
    package var history: Milliseconds

    package init(path: String = standardPath, history: Milliseconds = 7 * 86_400_000) {
        self.path = path
        self.history = history
    }
}

extension StoreSettings {
    init(reading section: ConfigurationSection) {
        let standard = StoreSettings()
        self.init(
            path: section.filePath("path") ?? standard.path,
            history: section.duration("history", default: standard.history, in: 3_600_000...400 * 86_400_000))
        section.finish()
    }
}
