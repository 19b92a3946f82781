extension AuthenticationResults {
    /// Whether a field says that it is ours, or might be read as if it did; such a field is removed when it arrives (RFC
    /// 8601 section 5).
    ///
    /// What counts is not the grammar but the laxest reader behind us. So the ID is looked for, in any case, before the
    /// first semicolon: with the comments left out as RFC 5322 nests them, as one without nesting would, and with none
    /// left out; without quotes and backslashes; with bytes that are not visible ASCII passed over, or taken for spaces. A
    /// field whose ID is an encoded-word counts always, as no server's ID is one.
    package static func claims(authservID: String, fieldValue: some Collection<UInt8>) -> Bool {
        let id = authservID.utf8.filter { (0x21...0x7E).contains($0) }.map(AuthenticationResultsText.lowercase)
        guard !id.isEmpty else { return false }
        let value = Array(fieldValue)
        for comments in CommentReading.allCases {
            for unseenIsSpace in [false, true] {
                let words = words(of: value, comments, unseenIsSpace: unseenIsSpace)
                if words.contains(where: { hasEncodedWord($0) || isNamed($0, id) }) || isNamed(joined: words, id) {
                    return true
                }
            }
        }
        return false
    }

    private enum CommentReading: CaseIterable {
        case nested, flat, none
    }

    /// The words up to the first semicolon, in lower case, without quotes and bytes that are not visible ASCII.
    private static func words(of value: [UInt8], _ comments: CommentReading, unseenIsSpace: Bool) -> [[UInt8]] {
        var words: [[UInt8]] = [[]]
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        func endWord() {
            if words.last?.isEmpty == false { words.append([]) }
        }
        for byte in value {
            if isEscaped {
                isEscaped = false
                if depth == 0, isVisible(byte) {
                    words[words.count - 1].append(AuthenticationResultsText.lowercase(byte))
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = comments == .nested
            case UInt8(ascii: "\"") where depth == 0: isQuoted.toggle()
            case UInt8(ascii: "("), UInt8(ascii: ")"):
                if comments == .none || isQuoted {
                    endWord()
                } else if byte == UInt8(ascii: ")") {
                    depth = max(depth - 1, 0)
                } else {
                    depth = comments == .nested ? depth + 1 : 1
                }
            case _ where depth > 0: continue
            // One within quotes ends nothing for who knows quotes.
            case UInt8(ascii: ";") where !isQuoted || comments != .nested: return words
            case _ where AuthenticationResultsText.isSpace(byte): endWord()
            case _ where isVisible(byte): words[words.count - 1].append(AuthenticationResultsText.lowercase(byte))
            default: if unseenIsSpace { endWord() }
            }
        }
        return words
    }

    /// Whether the ID stands in the word with nothing at either side that could make a longer name of it.
    private static func isNamed(_ word: [UInt8], _ id: [UInt8]) -> Bool {
        guard word.count >= id.count else { return false }
        for start in 0...(word.count - id.count) where word[start] == id[0] && word[start...].starts(with: id) {
            var rest = word[(start + id.count)...]
            if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst() }
            let isStart = start == 0 || !isOfAName(word[start - 1])
            if isStart, rest.first.map({ !isOfAName($0) }) ?? true { return true }
        }
        return false
    }

    /// Whether the first words together, with nothing between them, are the ID, and the others a version.
    private static func isNamed(joined words: [[UInt8]], _ id: [UInt8]) -> Bool {
        var rest = id[...]
        var others = words[...]
        while let word = others.first, !rest.isEmpty {
            guard rest.starts(with: word) || rest + [UInt8(ascii: ".")] == word[...] else { return false }
            rest = rest.dropFirst(word.count)
            others = others.dropFirst()
        }
        return rest.isEmpty
            && others.joined().allSatisfy { AuthenticationResultsText.isDigit($0) || $0 == UInt8(ascii: ".") }
    }

    /// RFC 2047 section 2.
    private static func hasEncodedWord(_ word: [UInt8]) -> Bool {
        zip(word, word.dropFirst()).contains { $0 == UInt8(ascii: "=") && $1 == UInt8(ascii: "?") }
    }

    private static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    private static func isOfAName(_ byte: UInt8) -> Bool {
        AuthenticationResultsText.isLetterOrDigit(byte) || "-_.".utf8.contains(byte)
    }
}
