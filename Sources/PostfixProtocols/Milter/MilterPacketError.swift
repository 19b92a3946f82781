/// A packet that was not understood: what is wrong, and where. The connection is lost then, since nobody knows where
/// the next packet starts.
package struct MilterPacketError: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// A length of 0, which leaves no room for the letter of the command.
        case empty
        case unknownCommand(UInt8)
        /// The length is over what this command may have.
        case tooLong(length: Int, most: Int)
        /// The packet ends before all is said.
        case tooShort
        /// A text that the packet ends in without its NUL.
        case missingNUL
        /// Something behind the end of what the command has.
        case excess
        case unknownFamily(UInt8)
        /// Macros for a command that there is not.
        case unknownStage(UInt8)
        /// A macro's name without a value.
        case missingValue
    }

    package var kind: Kind
    /// `nil` if the packet does not get that far, or there is no such command.
    package var command: MilterLetter?
    /// The first byte that is wrong, counted from the packet's length field.
    package var offset: Int
    /// Of the connection; the first is 1.
    package var packet: UInt64

    package init(kind: Kind, command: MilterLetter?, offset: Int, packet: UInt64) {
        self.kind = kind
        self.command = command
        self.offset = offset
        self.packet = packet
    }
}

extension MilterPacketError: CustomStringConvertible {
    package var description: String {
        let name = command.map { " (\($0.name))" } ?? ""
        return "milter packet \(packet)\(name), byte \(offset): \(reason)"
    }

    private var reason: String {
        switch kind {
        case .empty: "a length of 0"
        case .unknownCommand(let letter): "unknown command \(Self.name(letter))"
        case .tooLong(let length, let most): "a length of \(length), where \(most) is the most"
        case .tooShort: "ends before all is said"
        case .missingNUL: "a text without its NUL"
        case .excess: "more than the command has"
        case .unknownFamily(let letter): "unknown address family \(Self.name(letter))"
        case .unknownStage(let letter): "macros for the unknown command \(Self.name(letter))"
        case .missingValue: "a macro's name without a value"
        }
    }

    private static func name(_ letter: UInt8) -> String {
        (0x21...0x7E).contains(letter) ? "'\(Unicode.Scalar(letter))'" : "0x\(String(letter, radix: 16))"
    }
}
