import ControlProtocol

/// How the console is to look and where it begins.
package struct ConsoleOptions: Sendable {
    /// Cells of characters of ambiguous width (UAX #11).
    package enum AmbiguousWidth: String, Sendable, CaseIterable {
        /// Asks the terminal.
        case auto
        case one = "1"
        case two = "2"
    }

    package var ambiguousWidth: AmbiguousWidth
    /// Draws lines, arrows and charts in ASCII. Mail is still shown in its own characters.
    package var ascii: Bool
    /// `nil` is colour, or none where `NO_COLOR` is set.
    package var palette: Palette?
    package var initialView: ViewKind

    package init(
        ambiguousWidth: AmbiguousWidth = .auto, ascii: Bool = false, palette: Palette? = nil,
        initialView: ViewKind = .overview
    ) {
        self.ambiguousWidth = ambiguousWidth
        self.ascii = ascii
        self.palette = palette
        self.initialView = initialView
    }
}
