/// What curses reads, one at a time.
enum RawInput: Equatable, Sendable {
    case scalar(Unicode.Scalar)
    case key(Key)
    case pasteBegin, pasteEnd
}

/// Makes keys and pastes of what curses reads in one go. Sequences that no terminfo entry names must not turn into
/// keys: `ESC [ 1 ; 5 X` is one unknown key, not Esc followed by five others.
struct InputDecoder: Sendable {
    enum Output: Equatable, Sendable {
        case key(Key)
        case paste(String)
    }

    /// Characters of one paste that are kept; what goes into a field is shorter still.
    static let maximumPaste = 65_536

    private var pasted: String.UnicodeScalarView?
    private var pastedCount = 0

    init() {}

    /// Whether the end of a paste is still to come.
    var isInPaste: Bool { pasted != nil }

    mutating func decode(_ batch: [RawInput]) -> [Output] {
        var result: [Output] = []
        var index = 0
        while index < batch.count {
            defer { index += 1 }
            switch batch[index] {
            case .pasteBegin:
                pasted = String.UnicodeScalarView()
                pastedCount = 0
            case .pasteEnd: finishPaste(&result)
            case .scalar(let scalar) where isInPaste: keep(scalar)
            case .key(.enter) where isInPaste: keep("\n")
            case .key(.tab) where isInPaste: keep("\t")
            case .key where isInPaste: break
            case .key(let key): result.append(.key(key))
            case .scalar("\u{1B}"):
                let length = sequenceLength(batch, after: index)
                result.append(.key(length == 0 ? .escape : .other))
                index += length
            case .scalar(let scalar): result.append(.key(Self.key(scalar)))
            }
        }
        return result
    }

    /// What came of a paste whose end did not come.
    mutating func abandonPaste() -> [Output] {
        var result: [Output] = []
        finishPaste(&result)
        return result
    }

    private mutating func keep(_ scalar: Unicode.Scalar) {
        guard pastedCount < Self.maximumPaste else { return }
        pasted?.append(scalar)
        pastedCount += 1
    }

    private mutating func finishPaste(_ result: inout [Output]) {
        guard let text = pasted else { return }
        pasted = nil
        result.append(.paste(String(text)))
    }

    /// Inputs after an ESC that belong to it: a control sequence (ECMA-48 section 5.4), or Alt with a character.
    private func sequenceLength(_ batch: [RawInput], after start: Int) -> Int {
        guard start + 1 < batch.count, case .scalar(let first) = batch[start + 1], first != "\u{1B}" else { return 0 }
        guard first == "[" || first == "O" else { return 1 }
        var length = 1
        while start + length + 1 < batch.count, case .scalar(let scalar) = batch[start + length + 1] {
            length += 1
            if (0x40...0x7E).contains(scalar.value) { break }
        }
        return length
    }

    private static func key(_ scalar: Unicode.Scalar) -> Key {
        switch scalar.value {
        case 0x09: .tab
        case 0x0A, 0x0D: .enter
        case 0x08, 0x7F: .backspace
        case 0x01...0x1A: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 0x60)))
        case 0..<0x20, 0x80..<0xA0: .other
        default: .character(Character(scalar))
        }
    }
}
