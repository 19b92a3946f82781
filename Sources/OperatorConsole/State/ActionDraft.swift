import ControlProtocol

/// An action in the making: its targets are fixed when the dialog opens, whatever the rows behind it do.
enum ActionDraft: Equatable, Sendable {
    case suspend(accounts: [String])
    case resume(accounts: [String])
    case contain(accounts: [String])
    case limit([LimitTarget])
    case throttle(carriers: [String])
    case whitelist(networks: [String])
    /// A network for a carrier that is known; the network is the field.
    case whitelistFor(carrier: String)
    case block(networks: [String])
    case clear(networks: [String])
    case queue(QueueOperation, QueueSelection)
    /// All that each of several accounts has queued.
    case queueOf(QueueOperation, accounts: [String])
    case undo(numbers: [Int64])

    /// The word on the button.
    var verb: String {
        switch self {
        case .suspend: "Suspend"
        case .resume: "Resume"
        case .contain: "Contain"
        case .limit: "Limit"
        case .throttle: "Throttle"
        case .whitelist, .whitelistFor: "Whitelist"
        case .block: "Block"
        case .clear: "Clear"
        case .queue(let operation, _), .queueOf(let operation, _):
            operation.rawValue.prefix(1).uppercased() + operation.rawValue.dropFirst()
        case .undo: "Undo"
        }
    }

    var targets: [String] {
        switch self {
        case .suspend(let names), .resume(let names), .contain(let names), .queueOf(_, let names): names
        case .limit(let targets): targets.map { OperatorAction.limit(target: $0, limit: "").target }
        case .throttle(let names): names
        case .whitelist(let names), .block(let names), .clear(let names): names
        case .whitelistFor(let carrier): ["a network of " + carrier]
        case .queue(_, let selection): [selection.description]
        case .undo(let numbers): numbers.map { "#\($0)" }
        }
    }

    /// The page that tells the value in force of what a limit or a rate is set for, where that is one thing.
    var valueQuery: ViewQuery? {
        switch self {
        case .limit(let targets) where targets.count == 1:
            if case .account(let name) = targets[0] { return ViewQuery(.account, subject: name, limit: 1) }
            return ViewQuery(.plans, limit: ViewQuery.maximumRows)
        case .throttle(let carriers) where carriers.count == 1:
            return ViewQuery(.carrier, subject: carriers[0], limit: 1)
        default: return nil
        }
    }

    /// The value in force as a field holds it: the nearest limit of an account, the first of a plan, a carrier's rate.
    func valueInForce(_ content: ViewContent) -> String? {
        switch self {
        case .limit(let targets):
            switch targets.first {
            case .account(let name): content.sender(name)?.limit
            case .plan(let name): content.plan(name)?.limits.first
            case nil: nil
            }
        case .throttle(let carriers):
            carriers.first.flatMap(content.carrier).map { Figures.plainRate($0.ratePerSecond) }
        default: nil
        }
    }

    /// Whether an override comes of it, which can expire.
    var canExpire: Bool {
        switch self {
        case .suspend, .contain, .limit, .throttle, .whitelist, .whitelistFor, .block: true
        case .resume, .clear, .queue, .queueOf, .undo: false
        }
    }

    /// What the duration field holds at first; what opens a gate forgets itself sooner than what was meant to stay.
    var usualDuration: String {
        switch self {
        case .whitelist, .whitelistFor: "7d"
        default: "24h"
        }
    }

    /// Whether there is no way back.
    var isFinal: Bool {
        switch self {
        case .queue(.delete, _), .queueOf(.delete, _): true
        default: false
        }
    }

    /// The actions as the fields now say; one for each target.
    /// - Parameters:
    ///   - value: The limit, rate, network or carrier, where the draft has such a field.
    ///   - mode: What happens to new mail of a suspended account.
    ///   - queued: What happens to what it has queued.
    func actions(value: String, mode: SuspensionMode, queued: QueuedMail) throws(DraftError) -> [OperatorAction] {
        switch self {
        case .suspend(let accounts):
            if queued == .hold, mode == .refuse { return accounts.map { .contain(account: $0) } }
            var actions: [OperatorAction] = accounts.map { .suspend(account: $0, mode: mode) }
            if let operation = queued.operation {
                actions += accounts.map { .queue(operation: operation, selection: .account(name: $0)) }
            }
            return actions
        case .resume(let accounts): return accounts.map { .resume(account: $0) }
        case .contain(let accounts): return accounts.map { .contain(account: $0) }
        case .limit(let targets):
            let limit = try Self.required(value, "a limit, such as 20 messages per day")
            return targets.map { .limit(target: $0, limit: limit) }
        case .throttle(let carriers):
            let rate = try Self.rate(value)
            return carriers.map { .throttle(carrier: $0, perSecond: rate) }
        case .whitelist(let networks):
            return networks.map { .whitelist(network: $0, carrier: value.isEmpty ? nil : value) }
        case .whitelistFor(let carrier):
            return [
                .whitelist(network: try Self.required(value, "a network, such as 203.0.113.0/24"), carrier: carrier)
            ]
        case .block(let networks): return networks.map { .block(network: $0) }
        case .clear(let networks): return networks.map { .clear(network: $0) }
        case .queue(let operation, let selection): return [.queue(operation: operation, selection: selection)]
        case .queueOf(let operation, let accounts):
            return accounts.map { .queue(operation: operation, selection: .account(name: $0)) }
        case .undo(let numbers): return numbers.map { .undo(number: $0) }
        }
    }

    private static func required(_ value: String, _ what: String) throws(DraftError) -> String {
        guard !value.isEmpty else { throw DraftError(message: "Write \(what).") }
        return value
    }

    private static func rate(_ value: String) throws(DraftError) -> Double {
        let number = value.hasSuffix("/s") ? String(value.dropLast(2)) : value
        guard let rate = Double(number.filter { $0 != " " }), rate.isFinite, rate >= 0, rate <= 1_000_000 else {
            throw DraftError(message: "Write recipients a second, such as 20 or 0.2; 0 stops the carrier's mail.")
        }
        return rate
    }
}

/// What the fields of a dialog lack.
struct DraftError: Error, Equatable {
    var message: String
}

/// What a suspension does with the mail that the account has queued.
enum QueuedMail: String, CaseIterable, Sendable {
    case leave, hold, delete

    var operation: QueueOperation? {
        switch self {
        case .leave: nil
        case .hold: .hold
        case .delete: .delete
        }
    }
}
