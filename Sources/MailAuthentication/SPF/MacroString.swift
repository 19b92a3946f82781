/// Text with macros in it, read once (RFC 7208 section 7).
struct MacroString: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case text([UInt8])
        case macro(Macro)
    }

    struct Macro: Hashable, Sendable {
        var letter: Letter
        /// Written in upper case: what comes of it is URL-escaped (RFC 7208 section 7.3).
        var isEscaped: Bool
        /// Parts kept, from the right; `nil` keeps all.
        var keptParts: Int?
        var isReversed: Bool
        var delimiters: Delimiters
    }

    enum Letter: UInt8, Sendable {
        case sender = 0x73  // s
        case localPart = 0x6C  // l
        case senderDomain = 0x6F  // o
        case domain = 0x64  // d
        case address = 0x69  // i
        case validatedName = 0x70  // p
        case addressFamily = 0x76  // v
        case helo = 0x68  // h
        // In explanations only.
        case readableAddress = 0x63  // c
        case receiver = 0x72  // r
        case time = 0x74  // t

        var isForExplanations: Bool { self == .readableAddress || self == .receiver || self == .time }
    }

    /// A set of `.`, `-`, `+`, `,`, `/`, `_` and `=`.
    struct Delimiters: OptionSet, Hashable, Sendable {
        var rawValue: UInt8

        static let dot = Delimiters(rawValue: 1)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `nil` for what is none.
        init?(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "."): rawValue = 1
            case UInt8(ascii: "-"): rawValue = 1 << 1
            case UInt8(ascii: "+"): rawValue = 1 << 2
            case UInt8(ascii: ","): rawValue = 1 << 3
            case UInt8(ascii: "/"): rawValue = 1 << 4
            case UInt8(ascii: "_"): rawValue = 1 << 5
            case UInt8(ascii: "="): rawValue = 1 << 6
            default: return nil
            }
        }

        func contains(_ byte: UInt8) -> Bool {
            Delimiters(byte).map { contains($0) } ?? false
        }
    }

    var parts: [Part] = []

    /// Without macros; `nil` if there is one.
    var plainText: [UInt8]? {
        switch parts.count {
        case 0: []
        case 1: if case .text(let text) = parts[0] { text } else { nil }
        default: nil
        }
    }

    var endsInMacro: Bool {
        if case .macro = parts.last { true } else { false }
    }

    /// Of its macros.
    var letters: [Letter] {
        parts.compactMap { if case .macro(let macro) = $0 { macro.letter } else { nil } }
    }

    /// The text with its macros filled in (RFC 7208 section 7.3).
    ///
    /// - Parameters:
    ///   - asName: Of a name only the last 253 bytes stay, so that the left of a long one may be missing. An explanation
    ///     that is too long is not used, so that its end may be.
    ///   - value: What a macro stands for, or `nil` if it has no value.
    /// - Returns: `nil` where a macro has no value.
    func filled(asName: Bool, with value: (Letter) -> [UInt8]?) -> [UInt8]? {
        var text: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let bytes): text += bytes
            case .macro(let macro):
                guard let value = value(macro.letter) else { return nil }
                text += macro.apply(to: value)
            }
            guard text.count > 4_096 else { continue }
            if !asName { return text }
            text.removeFirst(text.count - 1_024)
        }
        return text
    }
}

extension MacroString.Macro {
    /// What the macro makes of its value: split, turned around, cut, and joined with dots (RFC 7208 section 7.3).
    func apply(to value: [UInt8]) -> [UInt8] {
        guard keptParts != nil || isReversed || delimiters != .dot else {
            return isEscaped ? Self.escape(value) : value
        }
        var parts = value.split(omittingEmptySubsequences: false, whereSeparator: delimiters.contains)
        if isReversed { parts.reverse() }
        if let keptParts { parts = parts.suffix(keptParts) }
        let joined = Array(parts.joined(separator: [UInt8(ascii: ".")]))
        return isEscaped ? Self.escape(joined) : joined
    }

    /// Everything but the unreserved characters of RFC 3986 section 2.3 as `%XX`.
    private static func escape(_ bytes: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                escaped.append(byte)
            default:
                escaped.append(UInt8(ascii: "%"))
                escaped += [byte >> 4, byte & 15].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "A") + $0 - 10 }
            }
        }
        return escaped
    }
}
