/// What is wrong with a record, and where.
package struct SPFSyntaxError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case tooLong(bytes: Int)
        case unknownMechanism
        /// A name that is only known as a modifier with `:`, or only as a mechanism with `=`.
        case invalidModifierName
        case repeatedModifier
        case unexpectedText
        case missingDomain
        case invalidByte
        /// The name ends neither in a macro nor in a label that could be a top-level domain (RFC 7208 section 7.1).
        case invalidTopLabel
        /// An address where a name must be: the usual slip.
        case addressInsteadOfName
        case invalidAddress
        case invalidPrefix
        case invalidMacro
        /// c, r and t are for explanations (RFC 7208 section 7.2).
        case explanationMacro
    }

    package var kind: Kind
    /// Of the byte that is wrong, in the record.
    package var offset: Int
    /// The term that holds it, made visible and cut at 100 bytes.
    package var term: String
    package var termOffset: Int
}

extension SPFSyntaxError: CustomStringConvertible {
    package var description: String {
        if case .tooLong(let bytes) = kind {
            return "\(bytes) bytes, \(SPFRecord.maximumBytes) are read"
        }
        return "\"\(term)\" at byte \(termOffset): \(kind.text) (byte \(offset))"
    }
}

extension SPFSyntaxError.Kind {
    var text: String {
        switch self {
        case .tooLong(let bytes): "\(bytes) bytes"
        case .unknownMechanism: "no such mechanism"
        case .invalidModifierName: "a modifier's name is a letter, then letters, digits, \"-\", \"_\" and \".\""
        case .repeatedModifier: "may stand in a record once"
        case .unexpectedText: "nothing may follow here"
        case .missingDomain: "a domain must follow"
        case .invalidByte: "only visible ASCII may stand in a term"
        case .invalidTopLabel: "must end in a macro or in a name of at least two labels"
        case .addressInsteadOfName: "an address where a name must be; addresses go with ip4: and ip6:"
        case .invalidAddress: "no address"
        case .invalidPrefix: "a prefix length is 0 to 32 for IPv4 and 0 to 128 for IPv6, without leading zeros"
        case .invalidMacro: "a \"%\" must be followed by \"%\", \"_\", \"-\" or a macro in braces"
        case .explanationMacro: "this macro may only stand in an explanation"
        }
    }
}
