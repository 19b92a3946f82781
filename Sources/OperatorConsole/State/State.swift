import ControlProtocol

/// All that the console knows. `update` makes the next one, `render` draws it; neither does anything else.
struct State: Equatable, Sendable {
    var size: Size
    var drawing: Drawing
    var now: Milliseconds = 0
    /// The view under any pages that were opened from it.
    var rootView: ViewKind
    /// The views with their filters and cursors, kept while another is shown.
    var roots: [ViewKind: Screen] = [:]
    /// Pages opened one from the other; the last is shown.
    var pages: [Screen] = []
    var status: EngineStatus?
    var statusAt: Milliseconds = 0
    var link = LinkHealth.connecting
    var overlay: Overlay?
    var prompt: Prompt?
    var notice: Notice?
    var subscription: Subscription?
    /// Numbers the questions to the engine, so that an answer finds who asked.
    var nextTicket = 1
    /// Orders that were sent and whose dialog was closed before the answer.
    var awaited: [Awaited] = []
    /// Audit numbers of what was done last here, for `u`.
    var lastDone: [Int64] = []
    var commandHistory: [String] = []
    var hasEnded = false

    static let maximumPages = 16
    /// The views under the keys 1 to 7.
    static let views: [ViewKind] = [.overview, .queue, .senders, .sources, .domains, .carriers, .actions]

    init(size: Size, drawing: Drawing = .utf8, initialView: ViewKind = .overview) {
        self.size = size
        self.drawing = drawing
        rootView = initialView
        for view in Self.views { roots[view] = Screen(view) }
        if roots[initialView] == nil { roots[initialView] = Screen(initialView) }
    }

    var screen: Screen {
        get { pages.last ?? roots[rootView] ?? Screen(rootView) }
        set {
            if pages.isEmpty { roots[rootView] = newValue } else { pages[pages.count - 1] = newValue }
        }
    }

    var highestRole: Role { status?.roles.max() ?? .viewer }

    /// The engine's wall clock now, as far as the last frame tells.
    var engineNow: EpochMilliseconds? {
        guard let status else { return nil }
        return SiteClock.bounded(status.now) + max(0, now - statusAt)
    }

    mutating func takeTicket() -> Int {
        defer { nextTicket += 1 }
        return nextTicket
    }
}

/// What the engine was last asked to send.
struct Subscription: Equatable, Sendable {
    var generation: Int
    var query: ViewQuery
}

/// How the console stands with the engine.
enum LinkHealth: Equatable, Sendable {
    case connecting
    case live
    /// The stream ended: since when, why, how often it was tried again, and when next.
    case lost(since: Milliseconds, why: String, attempts: Int, retryAt: Milliseconds)
    /// The engine refused the question itself, such as a filter that it cannot read: asking again would not help.
    case refused(why: String)
}

/// What is drawn over the screen; it takes the keys while it is there.
enum Overlay: Equatable, Sendable {
    case help(scroll: Int)
    case action(ActionDialog)
    case sort(SortPicker)
    /// More of one row than its line holds.
    case inspect(title: String, fields: [InspectedField], scroll: Int)
    case quit
}

struct InspectedField: Equatable, Sendable {
    var label: String
    var text: String
}

/// The choice of a column to sort by.
struct SortPicker: Equatable, Sendable {
    var columns: [String]
    var selected: Int
    var descending: Bool
}

/// The line at the bottom in which the operator writes.
struct Prompt: Equatable, Sendable {
    enum Purpose: Equatable, Sendable { case filter, command }
    var purpose: Purpose
    var input: InputLine
    /// What the filter was before, for Esc.
    var before: String
    var historyIndex: Int?
    var trouble: String?
    /// Until then the engine is not asked: more letters of the filter may follow.
    var quietUntil: Milliseconds?

    static let typingMilliseconds: Milliseconds = 150
}

/// What the console has to say about the last key or the last answer.
struct Notice: Equatable, Sendable {
    enum Kind: Equatable, Sendable { case note, done, trouble }
    var kind: Kind
    var text: String
    var until: Milliseconds
}

/// An order on its way whose dialog is no longer open.
struct Awaited: Equatable, Sendable {
    var ticket: Int
    var what: String
    var actions: [OperatorAction]
    var since: Milliseconds
}
