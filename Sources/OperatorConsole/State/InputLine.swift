/// A line of text with a cursor in it, as fields and prompts hold it.
struct InputLine: Equatable, Sendable {
    private(set) var characters: [Character]
    /// Characters before the cursor.
    private(set) var position: Int

    static let maximumCharacters = 500

    init(_ text: String = "") {
        characters = Array(Self.cleaned(text).prefix(Self.maximumCharacters))
        position = characters.count
    }

    var text: String { String(characters) }
    var isEmpty: Bool { characters.isEmpty }

    /// Puts text at the cursor; line breaks and tabs become spaces, other control characters are dropped.
    mutating func insert(_ text: String) {
        let room = max(0, Self.maximumCharacters - characters.count)
        let added = Self.cleaned(text).prefix(room)
        characters.insert(contentsOf: added, at: position)
        position += added.count
        // A combining mark can join the character before it.
        let joined = Array(String(characters))
        if joined.count != characters.count {
            position = max(0, position - (characters.count - joined.count))
            characters = joined
        }
    }

    mutating func set(_ text: String) { self = InputLine(text) }

    /// Does what the key says in a line of text; false if it says nothing there.
    mutating func handle(_ key: Key) -> Bool {
        switch key {
        case .character(let character): insert(String(character))
        case .backspace:
            guard position > 0 else { return true }
            position -= 1
            characters.remove(at: position)
        case .delete, .control("d"):
            guard position < characters.count else { return true }
            characters.remove(at: position)
        case .left: position = max(0, position - 1)
        case .right: position = min(characters.count, position + 1)
        case .home: position = 0
        case .end, .control("e"): position = characters.count
        case .control("u"):
            characters.removeFirst(position)
            position = 0
        case .control("k"): characters.removeLast(characters.count - position)
        case .control("w"): deleteWord()
        default: return false
        }
        return true
    }

    private mutating func deleteWord() {
        var start = position
        while start > 0, characters[start - 1] == " " { start -= 1 }
        while start > 0, characters[start - 1] != " " { start -= 1 }
        characters.removeSubrange(start..<position)
        position = start
    }

    private static func cleaned(_ text: String) -> [Character] {
        text.compactMap { character in
            if character.isNewline || character == "\t" { return " " }
            let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return isControl ? nil : character
        }
    }
}
