import CTerminal

/// The terminal while the console has it. Made, used and closed by one thread.
struct CursesSession {
    private let palette: Palette

    init(palette: Palette) throws(ConsoleError) {
        switch sekisho_screen_open(palette != .mono) {
        case SEKISHO_SCREEN_OPENED: break
        case SEKISHO_SCREEN_NO_TERMINAL: throw .notATerminal
        case SEKISHO_SCREEN_UNKNOWN_TERM: throw .unknownTerminal(Environment.value("TERM") ?? "")
        default: throw .noResources("file descriptors or memory for the terminal")
        }
        // A terminal without eight colours gets attributes, as if colour had been declined.
        self.palette = sekisho_screen_colours() >= 8 ? palette : .mono
        for tone in Tone.allCases {
            if let colour = self.palette.foreground(of: tone) {
                sekisho_screen_define_pair(Int16(tone.rawValue + 1), colour)
            }
        }
    }

    func close() { sekisho_screen_close() }

    func size() -> Size {
        var rows: Int32 = 0
        var columns: Int32 = 0
        guard sekisho_terminal_size(&rows, &columns) else { return Size(rows: 24, columns: 80) }
        // No screen is larger; a window size can be set to anything.
        return Size(rows: min(Int(rows), 500), columns: min(Int(columns), 1_000))
    }

    func resize(to size: Size) { sekisho_screen_resize(Int32(size.rows), Int32(size.columns)) }

    /// Gives the terminal to the shell until the process is continued.
    func stop() {
        sekisho_screen_pause()
        sekisho_signals_stop_here()
        sekisho_screen_resume()
    }

    /// Sends the last frame again, whole, for a terminal on which something else has written.
    func repaint() {
        sekisho_frame_repaint()
    }

    /// Sends what differs from the frame before.
    func show(_ grid: Grid) {
        sekisho_frame_begin()
        for row in 0..<grid.size.rows {
            for column in 0..<grid.size.columns {
                let cell = grid[row, column]
                if cell.width > 0, cell != .blank { put(cell, row, column) }
            }
        }
        if let cursor = grid.cursor {
            sekisho_frame_end(Int32(cursor.row), Int32(cursor.column))
        } else {
            sekisho_frame_end(-1, 0)
        }
    }

    private func put(_ cell: Cell, _ row: Int, _ column: Int) {
        let style = palette.attributes(of: cell.style)
        var attributes = 0
        if style.bold { attributes |= Int(SEKISHO_BOLD) }
        if style.dim { attributes |= Int(SEKISHO_DIM) }
        if style.reverse { attributes |= Int(SEKISHO_REVERSE) }
        if style.underline { attributes |= Int(SEKISHO_UNDERLINE) }
        let pair = palette.foreground(of: style.tone) == nil ? 0 : Int16(style.tone.rawValue + 1)
        let scalars = cell.text.unicodeScalars.map(\.value)
        scalars.withUnsafeBufferPointer { buffer in
            sekisho_frame_put(
                Int32(row), Int32(column), buffer.baseAddress, Int32(buffer.count), Int32(cell.width),
                Int32(attributes),
                pair)
        }
    }

    /// All that was typed and is waiting: curses may have read ahead of `poll`.
    func read() -> [RawInput] {
        var batch: [RawInput] = []
        var value: UInt32 = 0
        while batch.count < 4_096 {
            switch sekisho_input_next(&value) {
            case SEKISHO_INPUT_CHARACTER:
                if let scalar = Unicode.Scalar(value) { batch.append(.scalar(scalar)) }
            case SEKISHO_INPUT_KEY: batch.append(Self.named(Int(value)))
            default: return batch
            }
        }
        return batch
    }

    private static func named(_ code: Int) -> RawInput {
        switch code {
        case Int(SEKISHO_KEY_UP): .key(.up)
        case Int(SEKISHO_KEY_DOWN): .key(.down)
        case Int(SEKISHO_KEY_LEFT): .key(.left)
        case Int(SEKISHO_KEY_RIGHT): .key(.right)
        case Int(SEKISHO_KEY_HOME): .key(.home)
        case Int(SEKISHO_KEY_END): .key(.end)
        case Int(SEKISHO_KEY_PAGE_UP): .key(.pageUp)
        case Int(SEKISHO_KEY_PAGE_DOWN): .key(.pageDown)
        case Int(SEKISHO_KEY_ENTER): .key(.enter)
        case Int(SEKISHO_KEY_BACKSPACE): .key(.backspace)
        case Int(SEKISHO_KEY_DELETE): .key(.delete)
        case Int(SEKISHO_KEY_BACKTAB): .key(.backTab)
        case Int(SEKISHO_KEY_PASTE_BEGIN): .pasteBegin
        case Int(SEKISHO_KEY_PASTE_END): .pasteEnd
        default: .key(.other)
        }
    }
}
