/// Whose meter it is.
package enum MeterKey: Hashable, Sendable {
    /// The number of an account's row.
    case account(Int64)
    /// Anything else that is counted, such as a carrier or a source; what a kind means is the engine's own.
    case named(kind: UInt8, name: String)
}

/// What was counted at one moment.
package struct MeterEntry: Equatable, Sendable {
    /// Milliseconds on the engine's timeline.
    package var at: Int64
    package var messages: Int32
    package var recipients: Int32
    package var bytes: Int64

    package init(at: Int64, messages: Int32, recipients: Int32, bytes: Int64) {
        self.at = at
        self.messages = messages
        self.recipients = recipients
        self.bytes = bytes
    }
}

/// What was counted for one key since the last batch.
package struct MeterIncrement: Equatable, Sendable {
    package var key: MeterKey
    package var entry: MeterEntry

    package init(key: MeterKey, entry: MeterEntry) {
        self.key = key
        self.entry = entry
    }
}

/// All entries of one meter, to replace what the store has of it.
///
/// They must contain exactly what this batch and all before it counted for the key, no more: take them together with
/// the increments, under the lock that guards the meter.
package struct MeterCheckpoint: Equatable, Sendable {
    package var key: MeterKey
    /// Oldest first; empty for a meter that is to be forgotten.
    package var entries: [MeterEntry]

    package init(key: MeterKey, entries: [MeterEntry]) {
        self.key = key
        self.entries = entries
    }
}
