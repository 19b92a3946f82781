import ControlProtocol

/// What an operator does to something; each is on one key in every view.
enum Verb: String, CaseIterable, Sendable {
    case suspend, limit, throttle, whitelist, block, hold, release, delete, contain, undo

    var key: Character {
        switch self {
        case .suspend: "x"
        case .limit: "l"
        case .throttle: "t"
        case .whitelist: "w"
        case .block: "b"
        case .hold: "H"
        case .release: "R"
        case .delete: "D"
        case .contain: "c"
        case .undo: "u"
        }
    }

    /// What the help says of it.
    var explanation: String {
        switch self {
        case .suspend: "suspend an account, or resume it"
        case .limit: "set a limit of an account or a plan"
        case .throttle: "set a carrier's rate"
        case .whitelist: "pass a network without rates, or end that"
        case .block: "refuse a source, or end that"
        case .hold: "hold queued messages"
        case .release: "release held messages"
        case .delete: "delete queued messages"
        case .contain: "suspend an account and hold its queue"
        case .undo: "undo an action"
        }
    }

    /// The least role that may, as the engine's roles are defined.
    var role: Role {
        switch self {
        case .suspend, .block, .hold, .release, .delete, .contain: .abuse
        case .limit, .throttle, .whitelist: .oncall
        case .undo: .abuse
        }
    }
}
