import ControlProtocol

/// Something that happened, and when.
struct Event: Sendable {
    var at: Milliseconds
    var what: Happening

    init(at: Milliseconds, _ what: Happening) {
        self.at = at
        self.what = what
    }
}

enum Happening: Sendable {
    case started
    case key(Key)
    /// Text between the marks of bracketed paste.
    case paste(String)
    case resized(Size)
    case tick
    case frame(generation: Int, ViewFrame)
    /// A subscription failed or ended.
    case subscriptionEnded(generation: Int, ControlError)
    case previewed(ticket: Int, Result<[Preview], ControlError>)
    /// What the engine tells of the one thing that a dialog is about.
    case lookedUp(ticket: Int, Result<ViewContent, ControlError>)
    /// One answer for each order, in their order; orders after one that failed were still sent.
    case performed(ticket: Int, [Result<Receipt, ControlError>])
    case reloaded(Result<Receipt, ControlError>)
    /// Ctrl-C.
    case interrupted
    /// The process is told to end, or the terminal is gone.
    case terminated
}

/// What `update` asks the outside to do.
enum Command: Equatable, Sendable {
    /// Replaces the subscription before it.
    case subscribe(generation: Int, ViewQuery)
    case preview(ticket: Int, [OperatorAction])
    /// One frame, for a dialog that begins with the value in force.
    case lookUp(ticket: Int, ViewQuery)
    case perform(ticket: Int, [Order])
    case reload
    /// To the clipboard of the terminal.
    case copy(String)
    case repaint
    case quit
}
