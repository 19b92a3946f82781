/// The characters that the console draws with, apart from what it shows of the mail.
struct Glyphs: Equatable, Sendable {
    var horizontal: Character
    var vertical: Character
    var corners: [Character]
    var teeDown: Character
    var cross: Character
    var selected: Character
    var marked: Character
    var descending: Character
    var ascending: Character
    var ellipsis: Character
    /// Eighths of a bar, empty to full.
    var bars: [Character]
    /// Columns of dots, four high and two to a cell.
    var braille: Bool

    static let unicode = Glyphs(
        horizontal: "─", vertical: "│", corners: ["┌", "┐", "└", "┘"], teeDown: "┬", cross: "┼", selected: "▸",
        marked: "●", descending: "▼", ascending: "▲", ellipsis: "…",
        bars: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], braille: true)
    /// For terminals without UTF-8, and for those that draw characters of ambiguous width two cells wide.
    static let ascii = Glyphs(
        horizontal: "-", vertical: "|", corners: ["+", "+", "+", "+"], teeDown: "+", cross: "+", selected: ">",
        marked: "*", descending: "v", ascending: "^", ellipsis: "~", bars: [" ", "-", "=", "#"], braille: false)
}

/// What a terminal can show and how wide it shows it.
struct Drawing: Equatable, Sendable {
    var glyphs: Glyphs = .unicode
    /// Cells of a character of ambiguous width (UAX #11): 1 or 2.
    var ambiguousWidth = 1
    /// No UTF-8 locale: anything beyond ASCII is shown as question marks of its width.
    var asciiOnly = false

    static let utf8 = Drawing()
    static let ascii = Drawing(glyphs: .ascii, ambiguousWidth: 1, asciiOnly: true)
}
