import ControlProtocol
import Foundation
import MailPolicy
import PolicyStore

/// What the audit log keeps of an action so that it can be undone.
struct UndoPayload: Codable, Sendable, Equatable {
    /// Overrides that it made.
    var created: [Int64] = []
    /// Overrides that it ended, whole, so that they can be put back.
    var ended: [EndedOverride] = []
    /// What it did to the queue.
    var queue: QueueChange?
    /// The entry that this one belongs to: what a containment held is released with it.
    var partOf: Int64?

    struct EndedOverride: Codable, Sendable, Equatable {
        var kind: String
        var target: String
        var value: String
        var actor: String
        var reason: String
        var since: EpochMilliseconds
        var expires: EpochMilliseconds?
    }

    struct QueueChange: Codable, Sendable, Equatable {
        var operation: QueueOperation
        var messages: [String]
    }

    /// More messages than this are not written down, and the action cannot be undone.
    static let messagesKept = 50_000
}

extension UndoPayload {
    /// `nil` where the entry cannot be undone.
    init?(of record: AuditRecord) {
        guard let json = record.payload, let payload = try? JSONDecoder().decode(Self.self, from: Data(json.utf8))
        else { return nil }
        self = payload
    }

    /// As the audit log keeps it.
    var json: String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension UndoPayload.EndedOverride {
    init(_ override: Override) {
        let text = OverrideText(override.kind)
        self.init(
            kind: text.kind, target: text.target, value: text.value, actor: override.actor, reason: override.reason,
            since: override.since, expires: override.expires)
    }

    var override: Override? {
        OverrideText(kind: kind, target: target, value: value).decoded.map {
            Override(id: 0, kind: $0, actor: actor, reason: reason, since: since, expires: expires)
        }
    }

    /// What it set, in words.
    var text: String { override?.kind.effect ?? "\(kind) \(value)" }
}
