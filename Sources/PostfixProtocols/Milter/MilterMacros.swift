/// What the mail server says of its own names for things, by stage: `i` (the queue ID), `{auth_authen}`,
/// `{client_addr}`, `{daemon_name}`, `j` (its host name), `v` (its version), and so on.
package struct MilterMacros: Sendable {
    /// In the order in which they come. Those of the connection outlive a message, those of the message do not.
    private enum Stage: Int, CaseIterable {
        case connection, helo, sender, recipient, data, endOfHeader, endOfMessage, unknown

        init?(_ letter: MilterLetter) {
            switch letter {
            case .connection: self = .connection
            case .helo: self = .helo
            case .sender: self = .sender
            case .recipient: self = .recipient
            case .data: self = .data
            // Postfix sends the same again before each header field and each chunk.
            case .header, .endOfHeader: self = .endOfHeader
            case .body, .endOfMessage: self = .endOfMessage
            case .unknown: self = .unknown
            case .negotiate, .macros, .abort, .quit, .quitForNewConnection: return nil
            }
        }
    }

    private var stages = [[UInt8]](repeating: [], count: Stage.allCases.count)

    package init() {}

    /// Takes what ``MilterCommand/macros(_:_:)`` brings, in place of what was said for that command before.
    package mutating func set(_ letter: MilterLetter, _ pairs: Span<UInt8>) {
        guard let stage = Stage(letter) else { return }
        pairs.withUnsafeBufferPointer { pairs in
            // The same comes again and again.
            if stages[stage.rawValue].elementsEqual(pairs) { return }
            stages[stage.rawValue].removeAll(keepingCapacity: true)
            stages[stage.rawValue].append(contentsOf: pairs)
        }
    }

    /// The value that was said last; `nil` if it was not said. `{i}` and `i` are the same.
    package subscript(_ name: StaticString) -> ArraySlice<UInt8>? {
        let wanted = name.withUTF8Buffer { Self.bare(Array($0)[...]) }
        for pairs in stages.reversed() {
            if let value = Self.value(of: wanted, in: pairs) { return value }
        }
        return nil
    }

    private static func value(of name: ArraySlice<UInt8>, in pairs: [UInt8]) -> ArraySlice<UInt8>? {
        var rest = pairs[...]
        while let nameEnd = rest.firstIndex(of: 0), let valueEnd = rest[(nameEnd + 1)...].firstIndex(of: 0) {
            if bare(rest[..<nameEnd]) == name { return rest[(nameEnd + 1)..<valueEnd] }
            rest = rest[(valueEnd + 1)...]
        }
        return nil
    }

    /// Without braces.
    private static func bare(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard name.count > 2, name.first == UInt8(ascii: "{"), name.last == UInt8(ascii: "}") else { return name }
        return name.dropFirst().dropLast()
    }

    /// Forgets what was said of a message.
    package mutating func endMessage() { clear(from: .sender) }

    /// Forgets what was said of a message, but for what has just come with its MAIL.
    package mutating func beginMessage() { clear(from: .recipient) }

    package mutating func endConnection() { clear(from: .connection) }

    private mutating func clear(from first: Stage) {
        for stage in first.rawValue..<stages.count where !stages[stage].isEmpty {
            stages[stage].removeAll(keepingCapacity: true)
        }
    }
}
