/// The `sekisho` command that does the same, quoted for a shell: previews, the audit log and the console show it, and
/// what the command's parser makes of it is the same action again.
///
/// - Parameters:
///   - reason: `nil` leaves `--reason` out, where the operator has given none yet.
///   - seconds: how long; `nil` until it is undone.
package func commandLine(for action: OperatorAction, reason: String? = nil, seconds: Int? = nil) -> String {
    let arguments = commandArguments(for: action, reason: reason, seconds: seconds)
    return (["sekisho"] + arguments.map(shellQuoted)).joined(separator: " ")
}

/// The arguments of ``commandLine(for:reason:seconds:)``, not quoted and without the command's own name.
package func commandArguments(for action: OperatorAction, reason: String? = nil, seconds: Int? = nil) -> [String] {
    var words = CommandWords(of: action)
    if let reason { words.option("--reason", reason) }
    if let seconds { words.option("--for", timeText(seconds: seconds)) }
    return words.arguments
}

/// `24h`, `30m`, `7d`: the largest unit that divides it, hours up to two days.
package func timeText(seconds: Int) -> String {
    if seconds >= 172_800, seconds.isMultiple(of: 86_400) { return "\(seconds / 86_400)d" }
    if seconds >= 3_600, seconds.isMultiple(of: 3_600) { return "\(seconds / 3_600)h" }
    if seconds >= 60, seconds.isMultiple(of: 60) { return "\(seconds / 60)m" }
    return "\(seconds)s"
}

private struct CommandWords {
    private var verb: [String]
    private var operands: [String]
    private var options: [String] = []

    init(of action: OperatorAction) {
        (verb, operands) = ([action.verb], [])
        switch action {
        case .suspend(let account, let mode):
            operands = [account]
            if mode == .hold { options = ["--hold"] }
        case .resume(let account), .contain(let account): operands = [account]
        case .limit(let target, let limit): set(limit, of: target)
        case .throttle(let carrier, let perSecond):
            (verb, operands) = (["carrier", "throttle"], [carrier, rateText(perSecond)])
        case .whitelist(let network, let carrier):
            operands = [network]
            if let carrier { option("--carrier", carrier) }
        case .block(let network), .clear(let network): operands = [network]
        case .queue(let operation, let selection):
            verb = ["queue", operation.rawValue]
            select(selection)
        case .undo(let number): operands = [String(number)]
        }
    }

    /// Operands that look like options go behind `--`, at the end.
    var arguments: [String] {
        operands.contains { $0.hasPrefix("-") } ? verb + options + ["--"] + operands : verb + operands + options
    }

    mutating func option(_ name: String, _ value: String) {
        options += value.hasPrefix("-") ? [name + "=" + value] : [name, value]
    }

    private mutating func set(_ limit: String, of target: LimitTarget) {
        verb = ["limit", "set"]
        switch target {
        case .account(let name): operands = [name, limit]
        case .plan(let name):
            operands = [limit]
            option("--plan", name)
        }
    }

    private mutating func select(_ selection: QueueSelection) {
        switch selection {
        case .messages(let ids): operands = ids
        case .account(let name): option("--account", name)
        case QueueSelection.everything: options.append("--all")
        case .filter(let text): option("--filter", text)
        }
    }

    /// `20/s`, `0.2/s`: every digit, so that it reads back as the same number.
    private func rateText(_ perSecond: Double) -> String {
        let text = perSecond.description
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "/s"
    }
}
