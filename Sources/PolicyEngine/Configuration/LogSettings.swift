/// `[log]`: one line a decision, and what the engine has to say of itself.
package struct LogSettings: Sendable, Equatable {
    package enum Format: String, Sendable, CaseIterable { case logfmt, json }
    package enum Target: String, Sendable, CaseIterable {
        /// Under systemd that is the journal.
        case stderr
        /// The local syslog socket, facility mail.
        case syslog
    }
    package enum Decisions: String, Sendable, CaseIterable { case all, refused, none }
    /// Below this the engine's own messages are not written; decisions have their own switch.
    package enum Level: String, Sendable, CaseIterable { case debug, info, notice, warning, error }

    package var format: Format
    package var target: Target
    package var decisions: Decisions
    package var level: Level

    package init(
        format: Format = .logfmt, target: Target = .stderr, decisions: Decisions = .all, level: Level = .info
    ) {
        self.format = format
        self.target = target
        self.decisions = decisions
        self.level = level
    }
}

extension LogSettings {
    init(reading section: ConfigurationSection) {
        let standard = LogSettings()
        self.init(
            format: section.choice("format", default: standard.format),
            target: section.choice("to", default: standard.target),
            decisions: section.choice("decisions", default: standard.decisions),
            level: section.choice("level", default: standard.level))
        section.finish()
    }
}
