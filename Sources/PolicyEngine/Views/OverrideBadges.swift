import ControlProtocol
import MailPolicy

extension Gatekeeper {
    /// Those that are in force for an account: its suspension, and the limits that it is held to.
    func badges(of account: Int32, at now: Moment) -> [OverrideBadge] {
        guard !overrides.isEmpty else { return [] }
        var numbers = limits(of: account, at: now).compactMap { limit -> Int64? in
            if case .override(let number) = limit.origin { number } else { nil }
        }
        if accounts[account].suspension != 0 { numbers.append(accounts[account].suspension) }
        return numbers.sorted().compactMap { overrides[$0].map(OverrideBadge.init) }
    }

    func badges(ofPlan plan: String) -> [OverrideBadge] {
        badges { kind in if case .planLimit(let name, _) = kind { name == plan } else { false } }
    }

    func badges(ofNetwork network: Network) -> [OverrideBadge] {
        // Most sources have no rule, and there may be many overrides.
        guard !overrides.isEmpty, blocks(network) != nil else { return [] }
        return badges { kind in
            switch kind {
            case .whitelist(let other, _), .block(let other): other.contains(network)
            default: false
            }
        }
    }

    func badges(ofCarrier carrier: String) -> [OverrideBadge] {
        badges { kind in
            switch kind {
            case .throttle(let name, _): name == carrier
            case .whitelist(_, let name): name == carrier
            default: false
            }
        }
    }

    private func badges(where matches: (Override.Kind) -> Bool) -> [OverrideBadge] {
        overrides.values.filter { matches($0.kind) }.sorted { $0.id < $1.id }.map(OverrideBadge.init)
    }
}

extension OverrideBadge {
    init(_ override: Override) {
        self.init(
            id: override.id, kind: Kind(override.kind), what: override.kind.effect, actor: override.actor,
            reason: override.reason, since: override.since, expires: override.expires)
    }
}

extension OverrideBadge.Kind {
    init(_ kind: Override.Kind) {
        self =
            switch kind {
            case .suspension: .suspension
            case .accountLimit, .planLimit: .limit
            case .throttle: .throttle
            case .whitelist: .whitelist
            case .block: .block
            }
    }
}

extension Override.Kind {
    /// What it sets, in words.
    package var effect: String {
        switch self {
        case .suspension(_, let holds): holds ? "held" : "refused"
        case .accountLimit(_, let limit), .planLimit(_, let limit): limit.description
        case .throttle(_, let perSecond): rateText(perSecond)
        case .whitelist(_, let carrier): carrier.map { "whitelisted for \($0)" } ?? "whitelisted"
        case .block: "blocked"
        }
    }
}

/// `5/s`, `0.2/s`, `stopped`.
package func rateText(_ perSecond: Double) -> String {
    if perSecond == 0 { return "stopped" }
    return perSecond == perSecond.rounded() && perSecond < 1e9 ? "\(Int(perSecond))/s" : "\(perSecond)/s"
}
