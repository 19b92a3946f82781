import ControlProtocol

/// One or two cells of a terminal: a base character with the marks that combine with it.
struct CellText: Equatable, Sendable {
    var text: String
    /// 1 or 2.
    var width: Int
}

/// Splits text into what goes into cells. What comes from mail is data: control and bidirectional characters are
/// shown as their code, never sent to the terminal.
///
/// A Swift `Character` is not a cell: `ｶﾞ` is one Character of two cells. So a cluster is split wherever a later scalar
/// has a width of its own, and a cluster whose width terminals disagree on (flags, emoji sequences) becomes `〓`.
struct CellSplitter: Sendable {
    let drawing: Drawing

    /// Marks kept on one base character; `setcchar` takes few, and a name does not need more.
    private static let maximumMarks = 2

    func cells(of text: String, atMost limit: Int = Int.max) -> [CellText] {
        var result: [CellText] = []
        var used = 0
        for character in text {
            if used >= limit { break }
            if let ascii = character.asciiValue, ascii >= 0x20, ascii < 0x7F {
                result.append(CellText(text: String(character), width: 1))
                used += 1
                continue
            }
            for cell in split(character) {
                result.append(cell)
                used += cell.width
            }
        }
        return result
    }

    /// Cells that the text takes.
    func width(of text: String) -> Int {
        cells(of: text).reduce(0) { $0 + $1.width }
    }

    private func split(_ cluster: Character) -> [CellText] {
        let scalars = Array(cluster.unicodeScalars)
        if scalars.count > 1, isEmojiSequence(scalars) { return [placeholder] }
        var result: [CellText] = []
        var marks = 0
        for scalar in scalars {
            switch CellWidth.kind(of: scalar, ambiguousWidth: drawing.ambiguousWidth) {
            case .ignored: continue
            case .combining:
                guard let last = result.indices.last, joins(scalar, result[last]) else {
                    result += escaped(scalar)
                    continue
                }
                if marks < Self.maximumMarks, !drawing.asciiOnly {
                    result[last].text.unicodeScalars.append(scalar)
                    marks += 1
                }
            case .escaped: result += escaped(scalar)
            case .privateUse: result.append(placeholder)
            case .cells(let width):
                result.append(visible(scalar, width: width))
                marks = 0
            }
        }
        return result
    }

    /// Whether the mark becomes one character with what is in the cell; the vowel of a Hangul syllable does so with an
    /// initial only.
    private func joins(_ mark: Unicode.Scalar, _ cell: CellText) -> Bool {
        drawing.asciiOnly || (cell.text + String(mark)).count == 1
    }

    private func visible(_ scalar: Unicode.Scalar, width: Int) -> CellText {
        if drawing.asciiOnly, !scalar.isASCII { return CellText(text: "?", width: 1).repeated(to: width) }
        return CellText(text: String(scalar), width: width)
    }

    private var placeholder: CellText {
        drawing.asciiOnly ? CellText(text: "??", width: 2) : CellText(text: "〓", width: 2)
    }

    private func escaped(_ scalar: Unicode.Scalar) -> [CellText] {
        let code: String
        switch scalar.value {
        case 0..<0x20: code = "^" + String(Unicode.Scalar(UInt8(scalar.value) + 0x40))
        case 0x7F: code = "^?"
        default:
            let hexadecimal = String(scalar.value, radix: 16, uppercase: true)
            code = "<U+" + String(repeating: "0", count: max(0, 4 - hexadecimal.count)) + hexadecimal + ">"
        }
        return code.map { CellText(text: String($0), width: 1) }
    }

    private func isEmojiSequence(_ scalars: [Unicode.Scalar]) -> Bool {
        scalars.contains { scalar in
            switch scalar.value {
            case 0x200D, 0x20E3, 0x1F1E6...0x1F1FF, 0x1F3FB...0x1F3FF, 0xE0020...0xE007F: true
            default: false
            }
        }
    }
}

extension CellText {
    fileprivate func repeated(to width: Int) -> CellText {
        CellText(text: String(repeating: text, count: width), width: width)
    }
}
