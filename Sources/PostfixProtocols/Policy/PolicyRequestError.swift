/// A policy request that was not understood: what is wrong, and where.
///
/// Postfix is to be told nothing (SMTPD_POLICY_README: in trouble, log and close the connection).
package struct PolicyRequestError: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// A line of more than ``PolicyRequestLimits/lineBytes``.
        case lineTooLong
        /// No empty line within ``PolicyRequestLimits/requestBytes``.
        case requestTooLong
        /// The bytes end before the empty line.
        case incomplete
        /// A line ends with CR LF, or a value with CR. Postfix ends its lines with LF alone.
        case carriageReturn
        case nul
        case invalidUTF8
        case missingEqualsSign
        /// A line that begins with `=`.
        case missingName
        /// No `request` attribute.
        case missingRequest
        /// `request` is something else than `smtpd_access_policy`.
        case wrongRequest
        /// A numeric attribute has something else than decimal digits.
        case notANumber
        /// A numeric attribute does not fit in 63 bits.
        case numberTooLarge
    }

    package var kind: Kind
    /// The first byte that is wrong, counted from the start of the request.
    package var offset: Int
    /// The attribute in whose line it is, as far as its name could be read: at most 64 bytes, printable ASCII.
    package var attribute: String?

    package init(kind: Kind, offset: Int, attribute: String? = nil) {
        self.kind = kind
        self.offset = offset
        self.attribute = attribute
    }
}

extension PolicyRequestError: CustomStringConvertible {
    package var description: String {
        let place = attribute.map { "byte \(offset), attribute \($0)" } ?? "byte \(offset)"
        return "policy request, \(place): \(reason)"
    }

    private var reason: String {
        switch kind {
        case .lineTooLong: "line of more than \(PolicyRequestLimits.lineBytes) bytes"
        case .requestTooLong: "no empty line within \(PolicyRequestLimits.requestBytes) bytes"
        case .incomplete: "ends before the empty line"
        case .carriageReturn: "CR at the end of a line; lines end with LF alone"
        case .nul: "NUL byte"
        case .invalidUTF8: "not UTF-8"
        case .missingEqualsSign: "line without '='; expected name=value"
        case .missingName: "no name before '='; expected name=value"
        case .missingRequest: "no request attribute; expected request=smtpd_access_policy"
        case .wrongRequest: "expected request=smtpd_access_policy"
        case .notANumber: "expected decimal digits"
        case .numberTooLarge: "number larger than \(Int.max)"
        }
    }
}

extension PolicyRequestError {
    /// An error at `offset`, which names the attribute of the line that starts at `lineStart`.
    @inline(never) static func at(_ offset: Int, _ kind: Kind, lineStart: Int, in bytes: RawSpan) -> Self {
        .init(kind: kind, offset: offset, attribute: attributeName(at: lineStart, in: bytes))
    }

    /// An error at `offset`, which names the attribute of the line that holds it.
    @inline(never) static func at(_ offset: Int, _ kind: Kind, in bytes: RawSpan) -> Self {
        var lineStart = offset
        while lineStart > 0, bytes[lineStart - 1] != .lineFeed { lineStart -= 1 }
        return at(offset, kind, lineStart: lineStart, in: bytes)
    }

    private static func attributeName(at lineStart: Int, in bytes: RawSpan) -> String? {
        var name = ""
        for offset in lineStart..<Swift.min(lineStart + 64, bytes.byteCount) {
            switch bytes[offset] {
            case .equalsSign: return name.isEmpty ? nil : name
            case let byte where byte > 0x20 && byte < 0x7F: name.unicodeScalars.append(Unicode.Scalar(byte))
            default: return nil
            }
        }
        return nil
    }
}

extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let equalsSign = UInt8(ascii: "=")
}
