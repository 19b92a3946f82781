extension DMARCRecord {
    /// Reads a record.
    ///
    /// - Parameter text: the character-strings of one TXT record, joined.
    /// - Returns: nil where the text does not start with `v=DMARC1`, and so is no DMARC record.
    package init?(parsing text: [UInt8]) {
        var parser = DMARCRecordParser(text: text)
        guard parser.readVersion() else { return nil }
        self = parser.readTags()
    }
}

/// `v=DMARC1 *( ; tag = value )` (RFC 9989 section 4.8). Tag names and keywords in either case; the version as it is.
private struct DMARCRecordParser {
    let text: [UInt8]
    private var record = DMARCRecord()
    private var seen: Set<String> = []
    private var index = 0

    private static let mostURIs = 32

    init(text: [UInt8]) { self.text = text }

    mutating func readVersion() -> Bool {
        guard let first = text.first, first | 0x20 == UInt8(ascii: "v") else { return false }
        index = 1
        skipSpace()
        guard index < text.count, text[index] == UInt8(ascii: "=") else { return false }
        index += 1
        skipSpace()
        guard text[index...].starts(with: "DMARC1".utf8) else { return false }
        index += 6
        skipSpace()
        return index == text.count || text[index] == UInt8(ascii: ";")
    }

    /// From the semicolon after the version.
    mutating func readTags() -> DMARCRecord {
        while index < text.count {
            index += 1
            let end = text[index...].firstIndex(of: UInt8(ascii: ";")) ?? text.count
            let part = trimmed(index..<end)
            // One semicolon at the end is none too many.
            if !part.isEmpty {
                readTag(part)
            } else if end < text.count {
                tell(.empty, at: index)
            }
            index = end
        }
        if !seen.contains("p") { tell(.missing, at: text.count, tag: "p") }
        return record
    }

    private mutating func readTag(_ part: Range<Int>) {
        guard let equals = text[part].firstIndex(of: UInt8(ascii: "=")) else {
            return tell(.notATag, at: part.lowerBound)
        }
        let nameRange = trimmed(part.lowerBound..<equals)
        guard !nameRange.isEmpty, text[nameRange].allSatisfy({ isLetter($0) }) else {
            return tell(.notATag, at: part.lowerBound)
        }
        let name = lowercase(nameRange)
        guard seen.insert(name).inserted else { return tell(.duplicate, at: part.lowerBound, tag: name) }
        read(name, trimmed(equals + 1..<part.upperBound))
    }

    private mutating func read(_ name: String, _ value: Range<Int>) {
        switch name {
        case "v": tell(.duplicate, at: value.lowerBound, tag: name)
        case "p": record.policy = policy(name, value)
        case "sp": record.subdomainPolicy = policy(name, value)
        case "np": record.nonexistentPolicy = policy(name, value)
        case "adkim": record.dkimAlignment = keyword(name, value, expected: "r or s") ?? .relaxed
        case "aspf": record.spfAlignment = keyword(name, value, expected: "r or s") ?? .relaxed
        case "psd": record.publicSuffix = keyword(name, value, expected: "y, n or u") ?? .unstated
        case "t": readTest(value)
        case "rua": record.aggregateReports = uris(name, value)
        case "ruf": record.failureReports = uris(name, value)
        case "fo": readFailureOptions(value)
        case "pct": record.percentage = number(name, value, in: 0...100)
        case "ri": record.reportInterval = number(name, value, in: 0...Int(UInt32.max))
        case "rf": readFailureFormats(value)
        default: break
        }
    }

    private mutating func policy(_ name: String, _ value: Range<Int>) -> DMARCRecord.Policy? {
        keyword(name, value, expected: "none, quarantine or reject")
    }

    private mutating func keyword<Keyword: RawRepresentable<String>>(
        _ name: String, _ value: Range<Int>, expected: String
    ) -> Keyword? {
        let keyword = Keyword(rawValue: lowercase(value))
        if keyword == nil { tell(.wrongValue(expected: expected), at: value.lowerBound, tag: name) }
        return keyword
    }

    private mutating func readTest(_ value: Range<Int>) {
        switch lowercase(value) {
        case "y": record.isTest = true
        case "n": break
        default: tell(.wrongValue(expected: "y or n"), at: value.lowerBound, tag: "t")
        }
    }

    private mutating func number(_ name: String, _ value: Range<Int>, in range: ClosedRange<Int>) -> Int? {
        let digits = text[value].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if digits, let number = Int(lowercase(value)), range.contains(number) { return number }
        let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
        tell(.wrongValue(expected: expected), at: value.lowerBound, tag: name)
        return nil
    }

    private mutating func readFailureOptions(_ value: Range<Int>) {
        var options: DMARCRecord.FailureOptions = []
        for part in split(value, at: UInt8(ascii: ":")) {
            switch lowercase(part) {
            case "0": options.insert(.allFailed)
            case "1": options.insert(.anyFailed)
            case "d": options.insert(.dkim)
            case "s": options.insert(.spf)
            default:
                return tell(.wrongValue(expected: "0, 1, d or s with colons between"), at: part.lowerBound, tag: "fo")
            }
        }
        record.failureOptions = options
    }

    private mutating func readFailureFormats(_ value: Range<Int>) {
        for part in split(value, at: UInt8(ascii: ":")) {
            let isKeyword = text[part].allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") || isDigit($0) }
            guard isKeyword, !part.isEmpty, record.failureFormats.count < 8 else {
                return tell(.wrongValue(expected: "report formats with colons between"), at: part.lowerBound, tag: "rf")
            }
            record.failureFormats.append(lowercase(part))
        }
    }

    private mutating func uris(_ name: String, _ value: Range<Int>) -> [DMARCReportURI] {
        var uris: [DMARCReportURI] = []
        for part in split(value, at: UInt8(ascii: ",")) {
            guard uris.count < Self.mostURIs else {
                tell(.tooManyURIs(limit: Self.mostURIs), at: part.lowerBound, tag: name)
                break
            }
            do {
                uris.append(try DMARCReportURI(parsing: text[part]))
            } catch {
                tell(.badURI(error.problem), at: part.lowerBound + error.offset, tag: name)
            }
        }
        return uris
    }

    // MARK: Bytes

    private mutating func tell(_ kind: DMARCRecordProblem.Kind, at offset: Int, tag: String = "") {
        guard record.problems.count < DMARCRecord.mostProblems else { return }
        record.problems.append(DMARCRecordProblem(offset: offset, tag: tag, kind: kind))
    }

    private mutating func skipSpace() {
        while index < text.count, isSpace(text[index]) { index += 1 }
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = text[range].first, isSpace(first) { range = range.lowerBound + 1..<range.upperBound }
        while let last = text[range].last, isSpace(last) { range = range.lowerBound..<range.upperBound - 1 }
        return range
    }

    private func split(_ range: Range<Int>, at separator: UInt8) -> [Range<Int>] {
        text[range].split(separator: separator, omittingEmptySubsequences: false)
            .map { trimmed($0.startIndex..<$0.endIndex) }
    }

    private func lowercase(_ range: Range<Int>) -> String {
        String(decoding: text[range].map { isLetter($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    private func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
