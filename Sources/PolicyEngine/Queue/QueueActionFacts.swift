import ControlProtocol

/// What a queue operation will hit, for the dialog that asks.
package struct QueueActionFacts: Sendable, Equatable {
    package var messages = 0
    package var recipients = 0
    package var bytes = 0
    package var oldest: EpochMilliseconds?
    package var byQueue: [QueueName: Int] = [:]
    /// Whose messages they are, the most first.
    package var accounts: [AccountShare] = []
    /// Messages of which the engine does not know the account.
    package var withoutAccount = 0

    package struct AccountShare: Sendable, Equatable {
        package var account: String
        package var messages: Int
    }

    private static let namedAccounts = 3

    /// As lines of a ``Preview``, figures first.
    package func facts(now: EpochMilliseconds) -> [Preview.Fact] {
        var facts = [
            Preview.Fact(
                label: "Messages",
                text: "\(counted(messages, "message")) to \(counted(recipients, "recipient")), \(Self.size(bytes))"),
            Preview.Fact(label: "Where", text: whereText),
            Preview.Fact(label: "Accounts", text: accountText),
        ]
        if let oldest { facts.append(Preview.Fact(label: "Oldest", text: Self.age(now - oldest))) }
        return facts
    }

    private var whereText: String {
        QueueName.allCases.compactMap { queue in byQueue[queue].map { "\($0) \(queue.name)" } }
            .joined(separator: ", ")
    }

    private var accountText: String {
        var parts = accounts.prefix(Self.namedAccounts).map { share in "\(share.messages) of \(share.account)" }
        if accounts.count > Self.namedAccounts {
            let rest = accounts.dropFirst(Self.namedAccounts).reduce(0) { $0 + $1.messages }
            parts.append("\(rest) of \(accounts.count - Self.namedAccounts) more")
        }
        if withoutAccount > 0 { parts.append("\(withoutAccount) of no known account") }
        return parts.joined(separator: ", ")
    }

    private static func size(_ bytes: Int) -> String {
        let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")]
        guard let (unit, name) = units.first(where: { bytes >= $0.0 }) else { return "\(bytes) bytes" }
        let tenths = (bytes * 10 + unit / 2) / unit
        return "\(tenths / 10).\(tenths % 10) \(name)"
    }

    private static func age(_ milliseconds: EpochMilliseconds) -> String {
        let minutes = max(0, milliseconds / 60_000)
        return switch minutes {
        case ..<60: "\(minutes) min"
        case ..<2_880: "\(minutes / 60) h \(minutes % 60) min"
        default: "\(minutes / 1_440) d \(minutes % 1_440 / 60) h"
        }
    }
}
