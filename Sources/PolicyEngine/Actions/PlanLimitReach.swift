import MailPolicy

/// Whom a new limit of a plan would hit.
struct PlanLimitReach: Sendable {
    var present: String?
    var whenOver = Plan.WhenOver.defer
    var accounts = 0
    /// With something counted in the period.
    var active = 0
    var over = 0
    /// Over the present limit.
    var overNow = 0
    /// Held to a limit of their own for the same.
    var ownLimit = 0
    /// Some that the new limit stops and the present one does not.
    var examples: [String] = []

    static func count(plan name: String, new: Limit, in gatehouse: Gatehouse) -> PlanLimitReach {
        let (plan, present, whenOver, count) = gatehouse.withState { state, _ in
            let plan = state.gatekeeper.planIndex(name) ?? 0
            let present = state.gatekeeper.limits(ofPlan: plan).first { $0.limit.measuresTheSame(as: new) }
            return (plan, present, state.gatekeeper.rulebook.plans[Int(plan)].whenOver, state.gatekeeper.accounts.count)
        }
        var reach = PlanLimitReach(present: present?.limit.description, whenOver: whenOver)
        gatehouse.inSlices(of: 128, count: count) { state, slice, now in
            for account in slice {
                reach.examine(
                    Int32(account), plan: plan, present, AppliedLimit(new, from: .plan(plan)), state.gatekeeper, now)
            }
        }
        return reach
    }

    private mutating func examine(
        _ account: Int32, plan: Int32, _ present: AppliedLimit?, _ new: AppliedLimit,
        _ gatekeeper: borrowing Gatekeeper,
        _ now: Moment
    ) {
        guard gatekeeper.plan(of: account, at: now) == plan else { return }
        accounts += 1
        let key = MeterKey(.account, account)
        let applied = gatekeeper.limits(of: account, at: now).first { $0.limit.measuresTheSame(as: new.limit) }
        if case .override(let id)? = applied?.origin, case .accountLimit? = gatekeeper.overrides[id]?.kind {
            ownLimit += 1
            return
        }
        let count = gatekeeper.meters.count(of: new, for: key, at: now, zone: gatekeeper.rulebook.zone)
        if count.count > 0 { active += 1 }
        let isOverNow = present.map { count.count >= $0.limit.quantity } ?? false
        if isOverNow { overNow += 1 }
        guard count.count >= new.limit.quantity else { return }
        over += 1
        if !isOverNow, examples.count < 3 { examples.append(gatekeeper.accounts.login(account)) }
    }
}
