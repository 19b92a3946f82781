/// Takes a line of comma-separated values apart (RFC 4180), for files whose fields have no line ends in them.
struct CSVLine {
    /// A field as a place in the file.
    struct Field: Equatable {
        /// What is between the quotes, if it has them.
        var range: Range<Int>
        /// Whether `""` stands for quotes in it.
        var hasDoubledQuotes = false
    }

    enum Fault: Error, Equatable {
        case tooManyFields
        case unterminatedQuote
        case textAfterQuote
        case quoteInPlainField
    }

    /// Whether the line has bytes above 0x7F.
    private(set) var isASCII = true
    private(set) var hasControls = false
    private(set) var fields: [Field] = []

    /// Reads the line that the range holds, its end not included. The storage of the line before is used again.
    mutating func read(_ bytes: Span<UInt8>, in line: Range<Int>, mostFields: Int) throws(Fault) {
        fields.removeAll(keepingCapacity: true)
        isASCII = true
        hasControls = false
        var index = line.lowerBound
        while true {
            guard fields.count < mostFields else { throw .tooManyFields }
            if index < line.upperBound, bytes[index] == Self.quote {
                index = try quoted(bytes, from: index + 1, to: line.upperBound)
            } else {
                index = try plain(bytes, from: index, to: line.upperBound)
            }
            guard index < line.upperBound else { return }
            index += 1
        }
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")

    private mutating func look(at byte: UInt8) {
        if byte >= 0x80 { isASCII = false }
        if byte < 0x20 || byte == 0x7F { hasControls = true }
    }

    private mutating func plain(_ bytes: Span<UInt8>, from start: Int, to end: Int) throws(Fault) -> Int {
        var index = start
        while index < end, bytes[index] != Self.comma {
            if bytes[index] == Self.quote { throw .quoteInPlainField }
            look(at: bytes[index])
            index += 1
        }
        fields.append(Field(range: start..<index))
        return index
    }

    private mutating func quoted(_ bytes: Span<UInt8>, from start: Int, to end: Int) throws(Fault) -> Int {
        var index = start
        var doubled = false
        while index < end {
            if bytes[index] == Self.quote {
                guard index + 1 < end, bytes[index + 1] == Self.quote else { break }
                doubled = true
                index += 1
            }
            look(at: bytes[index])
            index += 1
        }
        guard index < end else { throw .unterminatedQuote }
        fields.append(Field(range: start..<index, hasDoubledQuotes: doubled))
        index += 1
        guard index == end || bytes[index] == Self.comma else { throw .textAfterQuote }
        return index
    }
}

extension CSVLine.Field {
    /// Its text; the line must be valid UTF-8.
    func text(in bytes: Span<UInt8>) -> String {
        let text = bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard hasDoubledQuotes else { return text }
        var unescaped: [UInt8] = []
        var isFirstOfTwo = false
        for byte in text.utf8 {
            isFirstOfTwo = byte == UInt8(ascii: "\"") && !isFirstOfTwo
            if !isFirstOfTwo { unescaped.append(byte) }
        }
        return String(decoding: unescaped, as: UTF8.self)
    }
}
