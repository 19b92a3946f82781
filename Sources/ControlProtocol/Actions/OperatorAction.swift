/// What an operator can do. In JSON an object with one member, named for the verb:
/// `{"suspend":{"account":"yamada88@isp.example","mode":"refuse"}}`.
package enum OperatorAction: Codable, Sendable, Equatable {
    case suspend(account: String, mode: SuspensionMode)
    case resume(account: String)
    /// Suspends the account and holds all that it has queued.
    case contain(account: String)
    /// `limit` is the text of one limit, such as `20 messages per day`. It replaces the limit of the same unit and
    /// period, and stands beside the others.
    case limit(target: LimitTarget, limit: String)
    /// `perSecond` may be below 1: `0.2` is one in five seconds; 0 stops the carrier's mail.
    case throttle(carrier: String, perSecond: Double)
    /// `carrier` names whose network it is; the gates pass it without rates.
    case whitelist(network: String, carrier: String?)
    case block(network: String)
    /// Ends whatever whitelist or block override stands for exactly this network.
    case clear(network: String)
    case queue(operation: QueueOperation, selection: QueueSelection)
    /// Undoes the audit entry of that number, where it can be undone.
    case undo(number: Int64)

    /// The verb in the audit log, on the command line and in the console.
    package var verb: String {
        switch self {
        case .suspend: "suspend"
        case .resume: "resume"
        case .contain: "contain"
        case .limit: "limit"
        case .throttle: "throttle"
        case .whitelist: "whitelist"
        case .block: "block"
        case .clear: "clear"
        case .queue(let operation, _): operation.rawValue
        case .undo: "undo"
        }
    }

    /// What it acts on, as the audit log names it.
    package var target: String {
        switch self {
        case .suspend(let account, _), .resume(let account), .contain(let account): account
        case .limit(.account(let name), _): name
        case .limit(.plan(let name), _): "plan " + name
        case .throttle(let carrier, _): carrier
        case .whitelist(let network, _), .block(let network), .clear(let network): network
        case .queue(_, let selection): selection.description
        case .undo(let number): "#\(number)"
        }
    }
}

package enum SuspensionMode: String, Codable, Sendable {
    /// `554 5.7.1` with whom to contact.
    case refuse
    /// Accepted, and put on hold in the queue.
    case hold
}

package enum LimitTarget: Codable, Sendable, Equatable {
    case account(name: String)
    case plan(name: String)
}

/// What `postsuper` and `postqueue` can do to queued messages.
package enum QueueOperation: String, Codable, Sendable, CaseIterable {
    case hold, release, requeue, delete, flush
}

/// Which queued messages: always resolved to queue IDs by the engine, at the moment of the action.
package enum QueueSelection: Codable, Sendable, Equatable, CustomStringConvertible {
    /// ``QueueRow/id`` of each: `instance/queue-id`, or a bare queue ID where only one instance has it.
    case messages(ids: [String])
    /// Everything that the filter of a queue view lets through.
    case filter(text: String)
    case account(name: String)

    /// The whole queue. An empty filter is refused, so that nobody takes all of it by leaving something out.
    package static let everything = QueueSelection.filter(text: "size>=0")

    package var description: String {
        switch self {
        case Self.everything: "all messages"
        case .messages(let ids): ids.count == 1 ? "message \(ids[0])" : "\(ids.count) messages"
        case .filter(let text): "messages that match \"\(text)\""
        case .account(let name): "all of \(name)"
        }
    }
}
