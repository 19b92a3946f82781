/// How a cell looks, by meaning: a ``Palette`` turns the tone into the terminal's own colours, or into none.
struct Style: Equatable, Sendable {
    var tone: Tone = .plain
    var bold = false
    var dim = false
    var reverse = false
    var underline = false

    static let plain = Style()
    static let bold = Style(bold: true)
    static let quiet = Style(tone: .quiet)
    static let good = Style(tone: .good)
    static let warning = Style(tone: .warning)
    static let alarm = Style(tone: .alarm, bold: true)
    static let accent = Style(tone: .accent)
    static let title = Style(tone: .accent, bold: true)
    static let columnTitle = Style(tone: .quiet, underline: true)

    func reversed() -> Style {
        var style = self
        style.reverse = true
        style.dim = false
        return style
    }
}

/// What a colour says. A tone never says anything alone: a word or a sign beside it says the same.
enum Tone: Int, Sendable, CaseIterable {
    case plain, good, warning, alarm, accent, quiet
}
