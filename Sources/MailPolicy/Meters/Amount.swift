/// What a message takes from a meter.
package struct Amount: Sendable, Equatable {
    package var messages: Int64
    package var recipients: Int64
    package var bytes: Int64

    package static let zero = Amount()

    package init(messages: Int64 = 0, recipients: Int64 = 0, bytes: Int64 = 0) {
        self.messages = messages
        self.recipients = recipients
        self.bytes = bytes
    }

    package subscript(unit: Limit.Unit) -> Int64 {
        switch unit {
        case .messages: messages
        case .recipients: recipients
        case .bytes: bytes
        }
    }

    package static func + (one: Amount, other: Amount) -> Amount {
        Amount(
            messages: one.messages + other.messages, recipients: one.recipients + other.recipients,
            bytes: one.bytes + other.bytes)
    }

    package static func - (one: Amount, other: Amount) -> Amount {
        Amount(
            messages: one.messages - other.messages, recipients: one.recipients - other.recipients,
            bytes: one.bytes - other.bytes)
    }

    /// The part of each that is above zero.
    package var increase: Amount {
        Amount(messages: max(messages, 0), recipients: max(recipients, 0), bytes: max(bytes, 0))
    }
}
