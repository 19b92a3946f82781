/// An answer to a policy request that was not understood.
package enum PolicyReplyError: Error, Equatable, Sendable {
    /// More than ``PolicyRequestLimits/requestBytes``.
    case tooLong
    /// The bytes end before the empty line.
    case incomplete
    case missingEqualsSign(offset: Int)
    /// No line is `action=...`.
    case missingAction
    /// Neither a word of access(5) nor a reply code from 400 to 599.
    case unknownAction(String)
}

extension PolicyReplyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong: "policy reply: more than \(PolicyRequestLimits.requestBytes) bytes"
        case .incomplete: "policy reply: ends before the empty line"
        case .missingEqualsSign(let offset): "policy reply, byte \(offset): line without '='; expected name=value"
        case .missingAction: "policy reply: no action attribute"
        case .unknownAction(let word): "policy reply: unknown action '\(word)'"
        }
    }
}
