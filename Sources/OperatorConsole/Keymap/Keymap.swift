import ControlProtocol

/// What a key asks for outside of fields and dialogs.
enum Intent: Equatable, Sendable {
    case view(ViewKind)
    case move(Movement)
    case nextPanel, previousPanel
    case open, back
    case filter, sort, mark, freeze, older, newer, copy, help, command, repaint, quit
    case verb(Verb)
}

enum Movement: Equatable, Sendable {
    case up, down, pageUp, pageDown, first, last
}

/// One line of the help.
struct Binding: Equatable, Sendable {
    /// The keys as the help names them.
    var label: String
    var keys: [Key]
    var intent: Intent
    var explanation: String
}

/// The keys, the same in every view. Ctrl-a, -b, -g, -s, -z and -\ belong to screen, tmux and zellij, to flow control
/// and to the shell.
enum Keymap {
    static let navigation: [Binding] = [
        Binding(label: "↓ j", keys: [.down, .character("j")], intent: .move(.down), explanation: "next row"),
        Binding(label: "↑ k", keys: [.up, .character("k")], intent: .move(.up), explanation: "row before"),
        Binding(label: "PgDn", keys: [.pageDown, .control("f")], intent: .move(.pageDown), explanation: "page on"),
        Binding(label: "PgUp", keys: [.pageUp], intent: .move(.pageUp), explanation: "page back"),
        Binding(label: "g Home", keys: [.character("g"), .home], intent: .move(.first), explanation: "first row"),
        Binding(label: "G End", keys: [.character("G"), .end], intent: .move(.last), explanation: "last row"),
        Binding(label: "Tab →", keys: [.tab, .right], intent: .nextPanel, explanation: "next panel"),
        Binding(label: "⇧Tab ←", keys: [.backTab, .left], intent: .previousPanel, explanation: "panel before"),
        Binding(label: "Enter", keys: [.enter], intent: .open, explanation: "open the row"),
        Binding(label: "Esc", keys: [.escape], intent: .back, explanation: "back; never quits"),
    ]

    static let looking: [Binding] = [
        Binding(label: "/", keys: [.character("/")], intent: .filter, explanation: "filter the rows"),
        Binding(label: "s", keys: [.character("s")], intent: .sort, explanation: "sort by a column"),
        Binding(label: "Space", keys: [.character(" ")], intent: .mark, explanation: "mark the row"),
        Binding(label: "p", keys: [.character("p")], intent: .freeze, explanation: "freeze, and go on"),
        Binding(label: "[", keys: [.character("[")], intent: .older, explanation: "look back"),
        Binding(label: "]", keys: [.character("]")], intent: .newer, explanation: "look forward, to live"),
        Binding(label: "y", keys: [.character("y")], intent: .copy, explanation: "copy the same as a command"),
        Binding(label: "?", keys: [.character("?")], intent: .help, explanation: "this help"),
        Binding(label: ":", keys: [.character(":")], intent: .command, explanation: "type a command"),
        Binding(label: "Ctrl-L", keys: [.control("l")], intent: .repaint, explanation: "draw it all again"),
        Binding(label: "q", keys: [.character("q")], intent: .quit, explanation: "quit, after asking"),
    ]

    static let verbs: [Binding] = Verb.allCases.map { verb in
        Binding(
            label: String(verb.key), keys: [.character(verb.key)], intent: .verb(verb), explanation: verb.explanation)
    }

    static let views: [Binding] = State.views.enumerated().map { index, view in
        let digit = Character(String(index + 1))
        return Binding(
            label: String(digit), keys: [.character(digit)], intent: .view(view), explanation: view.title)
    }

    private static let intents: [Key: Intent] = {
        var result: [Key: Intent] = [:]
        for binding in views + navigation + looking + verbs {
            for key in binding.keys { result[key] = binding.intent }
        }
        return result
    }()

    static func intent(of key: Key) -> Intent? { intents[key] }
}

extension ViewKind {
    /// As tabs and titles name it.
    var title: String {
        switch self {
        case .overview: "Overview"
        case .queue: "Queue"
        case .senders: "Senders"
        case .sources: "Sources"
        case .domains: "Domains"
        case .carriers: "Carriers"
        case .actions: "Actions"
        case .account: "Account"
        case .source: "Source"
        case .domain: "Domain"
        case .carrier: "Carrier"
        case .message: "Message"
        case .why: "Why"
        case .plans: "Plans"
        }
    }
}
