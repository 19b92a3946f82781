/// Finds the lines on which the keys of a TOML text stand, for messages about them.
///
/// TOMLKit gives places for syntax errors only. This reads a text that TOMLKit has found valid, understands no more of
/// it than where keys and array elements begin, and decides nothing.
struct KeyLocator: Sendable {
    /// Lines from 1, by paths such as `carriers.docomo.domains[1]` and `listen[0].path`.
    private(set) var lines: [String: Int] = [:]

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    /// How many `[[…]]` of each path there were so far.
    private var tableCounts: [String: Int] = [:]

    init(_ text: String) {
        bytes = Array(text.utf8)
        var prefix = ""
        while skipBlank() {
            if peek == UInt8(ascii: "[") {
                prefix = header()
            } else {
                entry(under: prefix)
            }
            skipLine()
        }
    }

    /// The line of the key, or of the nearest thing around it.
    func line(of key: String) -> Int? {
        var path = Substring(key)
        while !path.isEmpty {
            if let line = lines[String(path)] { return line }
            guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
            path = path[..<end]
        }
        return nil
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func step() {
        if bytes[index] == UInt8(ascii: "\n") { line += 1 }
        index += 1
    }

    private mutating func note(_ path: String) {
        if lines[path] == nil { lines[path] = line }
    }

    /// Passes spaces, line ends, comments and commas; false at the end of the text.
    private mutating func skipBlank() -> Bool {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ","):
                step()
            case UInt8(ascii: "#"): skipLine()
            default: return true
            }
        }
        return false
    }

    /// Passes what is left of the line, its end not included.
    private mutating func skipLine() {
        while let byte = peek, byte != UInt8(ascii: "\n") { step() }
    }

    private mutating func header() -> String {
        step()
        let isArray = peek == UInt8(ascii: "[")
        if isArray { step() }
        let keys = dottedKey()
        var path = ""
        for (place, key) in keys.enumerated() {
            path = Self.joined(path, key)
            let isLast = place == keys.count - 1
            if isArray && isLast {
                let count = tableCounts[path, default: 0]
                tableCounts[path] = count + 1
                note(path)
                path += "[\(count)]"
            } else if let count = tableCounts[path] {
                path += "[\(count - 1)]"
            }
            note(path)
        }
        return path
    }

    /// `key = value`.
    private mutating func entry(under prefix: String) {
        var path = prefix
        for key in dottedKey() {
            path = Self.joined(path, key)
            note(path)
        }
        while let byte = peek, byte == UInt8(ascii: "=") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
            step()
        }
        value(at: path)
    }

    private mutating func value(at path: String) {
        switch peek {
        case UInt8(ascii: "["):
            step()
            var element = 0
            while skipBlank(), peek != UInt8(ascii: "]") {
                note("\(path)[\(element)]")
                value(at: "\(path)[\(element)]")
                element += 1
            }
            if peek != nil { step() }
        case UInt8(ascii: "{"):
            step()
            while skipBlank(), peek != UInt8(ascii: "}") { entry(under: path) }
            if peek != nil { step() }
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = quoted()
        default: bareValue()
        }
    }

    private mutating func bareValue() {
        let start = index
        while let byte = peek, !",]}#\n".utf8.contains(byte) { step() }
        // Never stand still, whatever the text.
        if index == start, peek != nil { step() }
    }

    /// The parts of `a."b c".d`, up to `=` or `]`.
    private mutating func dottedKey() -> [String] {
        var parts: [String] = []
        var part: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "="), byte != UInt8(ascii: "]"), byte != UInt8(ascii: "\n") {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): part += quoted()
            case UInt8(ascii: "."):
                parts.append(String(decoding: part, as: UTF8.self))
                part = []
                step()
            case UInt8(ascii: " "), UInt8(ascii: "\t"): step()
            default:
                part.append(byte)
                step()
            }
        }
        return parts + [String(decoding: part, as: UTF8.self)]
    }

    /// Passes a string of one of TOML's four kinds, and returns what is between its quotes.
    private mutating func quoted() -> ArraySlice<UInt8> {
        let quote = bytes[index]
        let isLong = index + 2 < bytes.count && bytes[index + 1] == quote && bytes[index + 2] == quote
        for _ in 0..<(isLong ? 3 : 1) { step() }
        let start = index
        while let byte = peek {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                step()
                if peek != nil { step() }
                continue
            }
            let isClosing = isLong ? bytes[index...].starts(with: [quote, quote, quote]) : byte == quote
            if isClosing { break }
            step()
        }
        let content = bytes[start..<index]
        for _ in 0..<(isLong ? 3 : 1) where peek != nil { step() }
        // A long string may end in one or two quotes of its own.
        while isLong, peek == quote { step() }
        return content
    }

    private static func joined(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }
}
