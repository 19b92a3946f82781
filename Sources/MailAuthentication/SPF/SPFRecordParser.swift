import MailPolicy

/// Reads a record's terms. Errors anywhere in the record are found before a term is tried (RFC 7208 section 4.6).
struct SPFRecordParser {
    private let bytes: [UInt8]
    private var record = SPFRecord()
    /// The term that is being read.
    private var term = 0..<0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameters:
    ///   - bytes: The whole record, its version too.
    ///   - start: Where the version ends.
    static func parse(_ bytes: [UInt8], from start: Int) throws(SPFSyntaxError) -> SPFRecord {
        var parser = SPFRecordParser(bytes)
        guard bytes.count <= SPFRecord.maximumBytes else {
            throw parser.error(.tooLong(bytes: bytes.count), at: SPFRecord.maximumBytes)
        }
        var offset = start
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: " ") {
                offset += 1
                continue
            }
            let end = bytes[offset...].firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
            parser.term = offset..<end
            try parser.readTerm()
            offset = end
        }
        return parser.record
    }

    private func error(_ kind: SPFSyntaxError.Kind, at offset: Int) -> SPFSyntaxError {
        SPFSyntaxError(
            kind: kind, offset: offset, term: String(visibleASCII: bytes[term].prefix(100)),
            termOffset: term.lowerBound)
    }

    private mutating func readTerm() throws(SPFSyntaxError) {
        // A modifier is told by the first of "=", ":" and "/"; a qualifier before it makes it a mechanism.
        let nameEnd = bytes[term].firstIndex { Self.endsName($0) } ?? term.upperBound
        if nameEnd < term.upperBound, bytes[nameEnd] == UInt8(ascii: "=") {
            try readModifier(nameEnd: nameEnd)
        } else {
            try readDirective(nameEnd: nameEnd)
        }
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/")
    }

    private var writtenTerm: SPFRecord.Term {
        SPFRecord.Term(text: String(visibleASCII: bytes[term]), offset: term.lowerBound)
    }

    // MARK: Modifiers

    private mutating func readModifier(nameEnd: Int) throws(SPFSyntaxError) {
        let name = bytes[term.lowerBound..<nameEnd]
        guard let first = name.first, Self.isLetter(first), name.allSatisfy(Self.isNameByte) else {
            throw error(.invalidModifierName, at: term.lowerBound)
        }
        let value = nameEnd + 1..<term.upperBound
        if name.isSpelled("redirect") {
            guard record.redirect == nil else { throw error(.repeatedModifier, at: term.lowerBound) }
            record.redirect = SPFRecord.Modifier(term: writtenTerm, target: try domainSpecification(value))
        } else if name.isSpelled("exp") {
            guard record.explanation == nil else { throw error(.repeatedModifier, at: term.lowerBound) }
            record.explanation = SPFRecord.Modifier(term: writtenTerm, target: try domainSpecification(value))
        } else {
            // Others are ignored, wherever they stand and to whatever mechanism they would belong, but must be well
            // formed (RFC 7208 section 6, RFC 4406 section 3.3).
            _ = try macroString(value, in: .modifier)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }

    // MARK: Mechanisms

    private mutating func readDirective(nameEnd: Int) throws(SPFSyntaxError) {
        let qualifier = Self.qualifier(bytes[term.lowerBound])
        let name = bytes[term.lowerBound + (qualifier == nil ? 0 : 1)..<nameEnd]
        let mechanism = try mechanism(name, argument: nameEnd..<term.upperBound)
        record.append(
            SPFRecord.Directive(term: writtenTerm, qualifier: qualifier ?? .pass, mechanism: mechanism))
    }

    private static func qualifier(_ byte: UInt8) -> SPFResult? {
        switch byte {
        case UInt8(ascii: "+"): .pass
        case UInt8(ascii: "-"): .fail
        case UInt8(ascii: "~"): .softfail
        case UInt8(ascii: "?"): .neutral
        default: nil
        }
    }

    /// - Parameter argument: From the `:` or the `/` that ends the name; empty if there is none.
    private func mechanism(
        _ name: ArraySlice<UInt8>, argument: Range<Int>
    ) throws(SPFSyntaxError) -> SPFRecord.Mechanism {
        if name.isSpelled("all") {
            guard argument.isEmpty else { throw error(.unexpectedText, at: argument.lowerBound) }
            return .all
        }
        if name.isSpelled("include") { return .include(try domainSpecification(try value(argument))) }
        if name.isSpelled("exists") { return .exists(try domainSpecification(try value(argument))) }
        if name.isSpelled("a") {
            let (target, lengths) = try targetAndLengths(argument)
            return .a(target, lengths)
        }
        if name.isSpelled("mx") {
            let (target, lengths) = try targetAndLengths(argument)
            return .mx(target, lengths)
        }
        if name.isSpelled("ptr") {
            return .ptr(argument.isEmpty ? nil : try domainSpecification(try value(argument)))
        }
        if name.isSpelled("ip4") { return try ip4(try value(argument)) }
        if name.isSpelled("ip6") { return try ip6(try value(argument)) }
        throw error(.unknownMechanism, at: name.startIndex)
    }

    /// What stands behind the colon, which must be there.
    private func value(_ argument: Range<Int>) throws(SPFSyntaxError) -> Range<Int> {
        guard !argument.isEmpty else { throw error(.missingDomain, at: term.upperBound) }
        guard bytes[argument.lowerBound] == UInt8(ascii: ":") else {
            throw error(.unexpectedText, at: argument.lowerBound)
        }
        return argument.lowerBound + 1..<argument.upperBound
    }

    /// `[ ":" domain-spec ] [ dual-cidr-length ]`. A domain-spec may hold slashes, so the lengths are read from the end.
    private func targetAndLengths(
        _ argument: Range<Int>
    ) throws(SPFSyntaxError) -> (DomainSpecification?, SPFRecord.PrefixLengths) {
        var lengths = SPFRecord.PrefixLengths()
        var end = argument.upperBound
        if let digits = trailingLength(argument.lowerBound..<end) {
            let slash = digits.lowerBound - 1
            if slash > argument.lowerBound, bytes[slash - 1] == UInt8(ascii: "/") {
                lengths.v6 = try length(digits, atMost: 128)
                end = slash - 1
                if let digits = trailingLength(argument.lowerBound..<end) {
                    lengths.v4 = try length(digits, atMost: 32)
                    end = digits.lowerBound - 1
                }
            } else {
                lengths.v4 = try length(digits, atMost: 32)
                end = slash
            }
        }
        guard end > argument.lowerBound else { return (nil, lengths) }
        return (try domainSpecification(try value(argument.lowerBound..<end)), lengths)
    }

    /// The digits at the end of the range if a `/` stands before them.
    private func trailingLength(_ range: Range<Int>) -> Range<Int>? {
        var start = range.upperBound
        while start > range.lowerBound, Self.isDigit(bytes[start - 1]) { start -= 1 }
        guard start < range.upperBound, start > range.lowerBound, bytes[start - 1] == UInt8(ascii: "/") else {
            return nil
        }
        return start..<range.upperBound
    }

    private func length(_ digits: Range<Int>, atMost most: Int) throws(SPFSyntaxError) -> Int {
        var number = 0
        for byte in bytes[digits] where number <= most {
            guard Self.isDigit(byte) else { throw error(.invalidPrefix, at: digits.lowerBound) }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        guard !digits.isEmpty, number <= most, digits.count == 1 || bytes[digits.lowerBound] != UInt8(ascii: "0") else {
            throw error(.invalidPrefix, at: digits.lowerBound)
        }
        return number
    }

    private func ip4(_ value: Range<Int>) throws(SPFSyntaxError) -> SPFRecord.Mechanism {
        let (address, prefix) = try addressAndLength(value, atMost: 32)
        guard address.isV4, !bytes[value].contains(UInt8(ascii: ":")) else {
            throw error(.invalidAddress, at: value.lowerBound)
        }
        return .ip4(Network(masking: address, prefix: prefix + 96))
    }

    private func ip6(_ value: Range<Int>) throws(SPFSyntaxError) -> SPFRecord.Mechanism {
        let (address, prefix) = try addressAndLength(value, atMost: 128)
        guard bytes[value].contains(UInt8(ascii: ":")) else { throw error(.invalidAddress, at: value.lowerBound) }
        return .ip6(address.masked(prefix), prefix: prefix)
    }

    private func addressAndLength(
        _ value: Range<Int>, atMost most: Int
    ) throws(SPFSyntaxError) -> (IPAddress, Int) {
        let slash = bytes[value].firstIndex(of: UInt8(ascii: "/")) ?? value.upperBound
        guard let address = IPAddress(parsing: bytes.span.extracting(value.lowerBound..<slash)) else {
            throw error(.invalidAddress, at: value.lowerBound)
        }
        guard slash < value.upperBound else { return (address, most) }
        return (address, try length(slash + 1..<value.upperBound, atMost: most))
    }

    // MARK: Names

    private func domainSpecification(_ value: Range<Int>) throws(SPFSyntaxError) -> DomainSpecification {
        guard !value.isEmpty else { throw error(.missingDomain, at: value.lowerBound) }
        let macros = try macroString(value, in: .domain)
        guard endsInMacro(value, macros) || endsInTopLabel(bytes[value]) else {
            let isAddress = IPAddress(parsing: bytes.span.extracting(value)) != nil
            throw error(isAddress ? .addressInsteadOfName : .invalidTopLabel, at: value.lowerBound)
        }
        return DomainSpecification(macros)
    }

    /// `%%`, `%_` and `%-` count as macros too: domain-end takes any macro-expand.
    private func endsInMacro(_ value: Range<Int>, _ macros: MacroString) -> Bool {
        if macros.endsInMacro { return true }
        // The string is known to be well formed, so a "%" opens one of the three unless another "%" closes with it.
        var offset = value.lowerBound
        while offset < value.upperBound {
            guard bytes[offset] == UInt8(ascii: "%") else {
                offset += 1
                continue
            }
            if bytes[offset + 1] == UInt8(ascii: "{") {
                offset = bytes[offset...].firstIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? value.upperBound
            } else {
                offset += 2
                if offset == value.upperBound { return true }
            }
        }
        return false
    }

    /// `"." toplabel [ "." ]`: letters, digits and inner hyphens, not digits alone.
    private func endsInTopLabel(_ value: ArraySlice<UInt8>) -> Bool {
        let name = value.last == UInt8(ascii: ".") ? value.dropLast() : value
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return false }
        let label = name[(dot + 1)...]
        guard let first = label.first, let last = label.last, first != UInt8(ascii: "-"), last != UInt8(ascii: "-")
        else { return false }
        return label.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "-") }
            && !label.allSatisfy(Self.isDigit)
    }

    private func macroString(
        _ value: Range<Int>, in place: MacroStringParser.Place
    ) throws(SPFSyntaxError) -> MacroString {
        do {
            return try MacroStringParser.parse(bytes[value], in: place)
        } catch {
            throw self.error(error.kind, at: error.offset)
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether it is that name, whatever the case of its letters.
    /// - Parameter name: In lower case.
    fileprivate func isSpelled(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { name in
            zip(self, name).allSatisfy { own, wanted in
                own == wanted || (UInt8(ascii: "A")...UInt8(ascii: "Z") ~= own && own | 0x20 == wanted)
            }
        }
    }
}
