/// Reads macro-strings, byte by byte.
struct MacroStringParser {
    /// What may stand there.
    enum Place {
        /// A domain-spec: no spaces, and the macros of RFC 7208 section 7.2 but c, r and t.
        case domain
        /// The value of a modifier that nobody knows.
        case modifier
        /// What `exp=` leads to: spaces too.
        case explanation
    }

    struct Failure: Error {
        var kind: SPFSyntaxError.Kind
        var offset: Int
    }

    private let bytes: ArraySlice<UInt8>
    private let place: Place
    private var offset: Int
    private var text: [UInt8] = []
    private var parts: [MacroString.Part] = []

    private init(_ bytes: ArraySlice<UInt8>, _ place: Place) {
        self.bytes = bytes
        self.place = place
        offset = bytes.startIndex
    }

    /// - Throws: with the index in `bytes` of what cannot be read.
    static func parse(_ bytes: ArraySlice<UInt8>, in place: Place) throws(Failure) -> MacroString {
        var parser = MacroStringParser(bytes, place)
        while parser.offset < bytes.endIndex { try parser.readPart() }
        parser.endText()
        return MacroString(parts: parser.parts)
    }

    private mutating func readPart() throws(Failure) {
        let byte = bytes[offset]
        if byte == UInt8(ascii: "%") { return try readMacro() }
        guard 0x21...0x7E ~= byte || (byte == 0x20 && place == .explanation) else {
            throw Failure(kind: .invalidByte, offset: offset)
        }
        text.append(byte)
        offset += 1
    }

    private mutating func endText() {
        if !text.isEmpty { parts.append(.text(text)) }
        text = []
    }

    private mutating func readMacro() throws(Failure) {
        let start = offset
        guard let kind = byte(at: start + 1) else { throw Failure(kind: .invalidMacro, offset: start) }
        switch kind {
        case UInt8(ascii: "%"): text.append(UInt8(ascii: "%"))
        case UInt8(ascii: "_"): text.append(UInt8(ascii: " "))
        case UInt8(ascii: "-"): text += "%20".utf8
        case UInt8(ascii: "{"):
            offset += 2
            let macro = try readBraces(from: start)
            endText()
            parts.append(.macro(macro))
            return
        default: throw Failure(kind: .invalidMacro, offset: start)
        }
        offset += 2
    }

    /// A letter, digits, `r`, delimiters and the closing brace.
    private mutating func readBraces(from start: Int) throws(Failure) -> MacroString.Macro {
        let invalid = Failure(kind: .invalidMacro, offset: start)
        guard let byte = byte(at: offset), let letter = MacroString.Letter(rawValue: byte | 0x20) else { throw invalid }
        if letter.isForExplanations, place == .domain { throw Failure(kind: .explanationMacro, offset: start) }
        offset += 1
        let keptParts = try readCount(from: start)
        var isReversed = false
        if let next = self.byte(at: offset), next | 0x20 == UInt8(ascii: "r") {
            isReversed = true
            offset += 1
        }
        var delimiters: MacroString.Delimiters = []
        while let next = self.byte(at: offset), let delimiter = MacroString.Delimiters(next) {
            delimiters.insert(delimiter)
            offset += 1
        }
        guard self.byte(at: offset) == UInt8(ascii: "}") else { throw invalid }
        offset += 1
        return MacroString.Macro(
            letter: letter, isEscaped: byte & 0x20 == 0, keptParts: keptParts, isReversed: isReversed,
            delimiters: delimiters.isEmpty ? .dot : delimiters)
    }

    /// Zero parts cannot be asked for (RFC 7208 section 7.3); more than a name can have are all of them.
    private mutating func readCount(from start: Int) throws(Failure) -> Int? {
        var count: Int?
        while let byte = byte(at: offset), UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
            count = min((count ?? 0) * 10 + Int(byte - UInt8(ascii: "0")), 1_000)
            offset += 1
        }
        if count == 0 { throw Failure(kind: .invalidMacro, offset: start) }
        return count
    }

    private func byte(at index: Int) -> UInt8? { index < bytes.endIndex ? bytes[index] : nil }
}
