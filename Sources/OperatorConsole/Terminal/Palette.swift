/// Which colours stand for which tone. All lie on the terminal's own background, so that a light one stays readable.
package enum Palette: String, Sendable, CaseIterable {
    case colour
    /// Blue, yellow and magenta instead of green and red.
    case colourBlind = "colour-blind"
    /// Bold, underline and reverse only; also what `NO_COLOR` asks for (https://no-color.org).
    case mono

    /// The curses colour of a tone; `nil` is the terminal's own foreground.
    func foreground(of tone: Tone) -> Int16? {
        switch (self, tone) {
        case (.mono, _), (_, .plain), (_, .quiet): nil
        case (.colour, .good): 2
        case (.colour, .warning): 3
        case (.colour, .alarm): 1
        case (.colour, .accent): 6
        case (.colourBlind, .good): 4
        case (.colourBlind, .warning): 3
        case (.colourBlind, .alarm): 5
        case (.colourBlind, .accent): 6
        }
    }

    /// The style as the terminal can show it: without colours the tones that matter take attributes.
    func attributes(of style: Style) -> Style {
        var shown = style
        if style.tone == .quiet, !style.reverse { shown.dim = true }
        guard self == .mono else { return shown }
        switch style.tone {
        case .alarm:
            shown.bold = true
            shown.underline = true
        case .warning: shown.bold = true
        default: break
        }
        return shown
    }
}
