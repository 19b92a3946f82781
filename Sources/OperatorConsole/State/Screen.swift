import ControlProtocol

/// Where the operator stands in one list. The selection is an identity: rows may move, it does not.
struct Cursor: Equatable, Sendable {
    /// ``RowReference/id`` of the selected row; `nil` until the operator moves.
    var selected: String?
    /// Where the selected row was last seen, counted from the first row of the whole list.
    var index = 0
    /// First visible row of the whole list.
    var top = 0
    /// Row to select once the engine has sent it.
    var pending: Int?
}

/// One view or page: what is asked of the engine for it, what came, and where the operator stands in it.
struct Screen: Equatable, Sendable {
    let view: ViewKind
    let subject: String?
    var filter = ""
    /// The filter that the newest frame answers.
    var answeredFilter = ""
    var sort: String?
    var descending = true
    var focus: PanelID
    var cursors: [PanelID: Cursor] = [:]
    /// Marked rows, in the order in which they were marked.
    var marks: [RowReference] = []
    /// The newest frame, with its rows in held order while the order is held.
    var frame: ViewFrame?
    var receivedAt: Milliseconds?
    /// Until then the order of the rows stands still.
    var heldUntil: Milliseconds?
    /// The rows that the engine is asked to keep together meanwhile.
    var heldIDs: [String]?
    /// First row that is asked of the engine.
    var pageOffset = 0
    var history = FrameHistory()
    /// The frame that is looked back at, by its time; `nil` is live.
    var lookingBackAt: Milliseconds?
    /// The frame that `p` froze.
    var frozen: FrameHistory.Entry?

    static let maximumMarks = 1_000
    static let holdMilliseconds: Milliseconds = 3_000

    init(_ view: ViewKind, subject: String? = nil) {
        self.view = view
        self.subject = subject
        focus =
            switch view {
            case .overview: .attention
            case .account, .source, .carrier, .message: .verdicts
            default: .table
            }
    }

    /// What is on the screen: a frame of the past, the frozen one, or the newest.
    var shown: ViewFrame? { shownEntry?.frame ?? frame }

    var shownEntry: FrameHistory.Entry? {
        if let lookingBackAt, let entry = history.entries.last(where: { $0.at <= lookingBackAt }) { return entry }
        return frozen
    }

    var isLive: Bool { lookingBackAt == nil && frozen == nil }

    var cursor: Cursor {
        get { cursors[focus] ?? Cursor() }
        set { cursors[focus] = newValue }
    }

    func cursor(of panel: PanelID) -> Cursor { cursors[panel] ?? Cursor() }

    /// The rows on the screen are those of another filter, until the engine has answered the new one.
    var awaitsFilter: Bool { isLive && view.isTable && answeredFilter != filter }

    /// The selected row, if it is on the screen. One that has gone is not there, and rows of another filter are none, so
    /// that no key can hit what the operator does not mean.
    var selectedRow: RowReference? {
        guard !awaitsFilter, let selected = cursor.selected, cursor.pending == nil else { return nil }
        return shown?.content.rows(of: focus).first { $0.id == selected }
    }

    /// Marked rows that are not among those shown.
    var hiddenMarks: Int {
        guard !marks.isEmpty else { return 0 }
        let visible = Set(shown?.content.rows(of: focus).map(\.id) ?? [])
        return marks.reduce(0) { $0 + (visible.contains($1.id) ? 0 : 1) }
    }

    /// What a page is about.
    var pageSubject: Subject? {
        guard let subject else { return nil }
        switch view {
        case .account: return .account(subject)
        case .source: return .source(subject)
        case .domain: return .domain(subject)
        case .carrier: return .carrier(subject)
        case .message:
            if case .message(let detail) = shown?.content, let row = detail.row { return .message(id: row.id) }
            return .message(id: subject)
        default: return nil
        }
    }
}

extension ViewKind {
    /// One table that the engine filters, sorts and pages; the others are summaries and pages of one subject.
    var isTable: Bool {
        switch self {
        case .queue, .senders, .sources, .domains, .carriers, .actions, .why, .plans: true
        case .overview, .account, .source, .domain, .carrier, .message: false
        }
    }
}
