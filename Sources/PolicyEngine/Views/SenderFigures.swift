import ControlProtocol
import MailPolicy

/// One account as the senders' table filters and sorts it.
package struct SenderFigures: RowFigures {
    package var account: Int32
    package var login: String
    package var name: String?
    package var plan: String
    package var ageSeconds: Double
    package var fraction: Double
    package var rate: Int32
    package var networks: Int32
    package var refused: Int32
    package var queued: Int32
    package var state: SenderRow.State
    package var isMarked: Bool

    package var identity: String { login }
    package var needsAttention: Bool { isMarked }

    package func precedes(_ other: SenderFigures) -> Bool { login < other.login }

    package static let view = ViewKind.senders
    package static let columns = [
        FilterColumn("used", .number), FilterColumn("account", .text), FilterColumn("plan", .text),
        FilterColumn("age", .age), FilterColumn("rate", .number), FilterColumn("networks", .number),
        FilterColumn("refused", .number), FilterColumn("state", .text), FilterColumn("queued", .number),
    ]

    package func text(ofColumn index: Int) -> String {
        switch index {
        case 1: login
        case 2: plan
        case 7: state.rawValue
        default: ""
        }
    }

    package func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool {
        if index == 1, let name, matches(name) { return true }
        return matches(text(ofColumn: index))
    }

    package func number(ofColumn index: Int) -> Double? {
        switch index {
        // As it is shown: per cent.
        case 0: fraction * 100
        case 3: ageSeconds
        case 4: Double(rate)
        case 5: Double(networks)
        case 6: Double(refused)
        case 8: Double(queued)
        default: nil
        }
    }
}

extension Gatekeeper {
    /// The limit of an account that is nearest to its end, with what is taken of it.
    func nearestLimit(of account: Int32, at now: Moment) -> LimitCount? {
        var nearest: LimitCount?
        for limit in limits(of: account, at: now) {
            let count = meters.count(of: limit, for: MeterKey(.account, account), at: now, zone: rulebook.zone)
            if nearest.map({ count.fraction > $0.fraction }) ?? true { nearest = count }
        }
        return nearest
    }

    func senderState(of account: Int32, nearest: LimitCount?) -> SenderRow.State {
        if accounts[account].suspension != 0 { return accounts[account].suspensionHolds ? .held : .suspended }
        guard let nearest, nearest.count >= nearest.limit.limit.quantity else { return .active }
        return .limited
    }

    func senderFigures(of account: Int32, queued: [String: Int], at now: Moment) -> SenderFigures {
        let login = accounts.login(account)
        let nearest = nearestLimit(of: account, at: now)
        let activity = accounts.activity(of: account)
        let minute = meters.meter(MeterKey(.account, account)).counted(.messages, after: now.steady - 60_000)
        return SenderFigures(
            account: account, login: login, name: accounts.names[account],
            plan: rulebook.plans[Int(plan(of: account, at: now))].name,
            ageSeconds: Double(max(now.wall - accounts[account].signedUp, 0)) / 1000,
            fraction: nearest?.fraction ?? 0, rate: Int32(clamping: minute),
            networks: Int32(clamping: activity?.networks.count(since: now.steady - 3_600_000) ?? 0),
            refused: Int32(clamping: activity?.refused.count(at: now.steady) ?? 0),
            queued: Int32(clamping: queued[login] ?? 0),
            state: senderState(of: account, nearest: nearest),
            isMarked: activity.map { !$0.marks.isEmpty && now.steady - $0.markedAt <= 3_600_000 } ?? false)
    }

    /// The whole row of an account.
    func senderRow(of account: Int32, queued: Int, at now: Moment) -> SenderRow {
        let figures = senderFigures(of: account, queued: [:], at: now)
        let nearest = nearestLimit(of: account, at: now)
        return SenderRow(
            account: figures.login, name: figures.name, plan: figures.plan, signedUp: accounts[account].signedUp,
            inDirectory: accounts[account].inDirectory, messagesPerMinute: Int(figures.rate),
            limit: nearest?.limit.limit.description, used: Int(nearest?.count ?? 0),
            quantity: Int(nearest?.limit.limit.quantity ?? 0), fraction: figures.fraction,
            freeAgain: nearest?.freeAgain, networks: Int(figures.networks), refusedLastHour: Int(figures.refused),
            queued: queued, state: figures.state, marks: signs(of: account, at: now),
            overrides: badges(of: account, at: now))
    }

    /// All limits of an account with what is taken of each.
    func limitUses(of account: Int32, at now: Moment) -> [LimitUse] {
        limits(of: account, at: now).map { limitUse($0, MeterKey(.account, account), at: now) }
    }

    func limitUse(_ limit: AppliedLimit, _ key: MeterKey, at now: Moment) -> LimitUse {
        let count = meters.count(of: limit, for: key, at: now, zone: rulebook.zone)
        return LimitUse(
            limit: limit.limit.description, limitOf: origin(of: limit), used: Int(count.count),
            reserved: Int(meters.meter(key).reserved[limit.limit.unit]), quantity: Int(limit.limit.quantity),
            freeAgain: count.freeAgain)
    }

    /// Where a limit comes from, in words.
    func origin(of limit: AppliedLimit) -> String {
        switch limit.origin {
        case .plan(let plan): Int(plan) < rulebook.plans.count ? "plan \(rulebook.plans[Int(plan)].name)" : "plan"
        case .override(let id): overrides[id].map { "override by \($0.actor)" } ?? "override #\(id)"
        case .carrier(let carrier):
            Int(carrier) < rulebook.carriers.count ? "carrier \(rulebook.carriers[Int(carrier)].name)" : "carrier"
        case .sourceRules: "mx"
        }
    }
}
