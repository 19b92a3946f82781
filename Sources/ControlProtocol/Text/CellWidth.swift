/// How a terminal shows a scalar, by its general category and East_Asian_Width (UAX #11).
package enum CellWidth: Equatable {
    case cells(Int)
    /// Joins the character before it.
    case combining
    /// Changes nothing that a terminal shows for sure: variation selectors, which names in Japanese carry.
    case ignored
    /// Must not reach the terminal: control, bidirectional, invisible and unassigned characters.
    case escaped
    /// Operators' own characters, such as the carriers' old picture signs: no terminal agrees on them.
    case privateUse

    /// - Parameter ambiguousWidth: cells of a character of ambiguous width on this terminal: 1 or 2.
    package static func kind(of scalar: Unicode.Scalar, ambiguousWidth: Int) -> CellWidth {
        let value = scalar.value
        if value >= 0x20, value < 0x7F { return .cells(1) }
        if (0xFE00...0xFE0F).contains(value) || (0xE0100...0xE01EF).contains(value) { return .ignored }
        // The vowels and finals of a Hangul syllable written out join the initial before them.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return .combining }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate: return .escaped
        case .privateUse: return .privateUse
        case .nonspacingMark, .enclosingMark: return .combining
        default: break
        }
        // U+3164 and its kin are letters that show nothing.
        if value == 0x115F || value == 0x3164 || value == 0xFFA0 { return .escaped }
        if value < 0xA1 { return .cells(1) }
        if EastAsianWidth.contains(EastAsianWidth.wide, value) { return .cells(2) }
        if EastAsianWidth.contains(EastAsianWidth.ambiguous, value) { return .cells(ambiguousWidth) }
        return .cells(1)
    }
}
