import ControlProtocol

/// What the audit log keeps of an action so that it can be undone.
struct UndoPayload: Codable, Sendable, Equatable {
    /// Overrides that it made.
    var created: [Int64] = []
    /// Overrides that it ended, whole, so that they can be put back.
    var ended: [EndedOverride] = []
    /// What it did to the queue.
    var queue: QueueChange?

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
