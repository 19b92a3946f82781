/// The rulebook and the overrides on it, brought into the form that the gates look things up in.
extension Gatekeeper {
    /// Takes a new rulebook; counts, transactions and overrides stay.
    package mutating func replaceRulebook(_ new: Rulebook, at now: Moment) {
        let oldPlans = rulebook.plans.map(\.name)
        let oldCarriers = rulebook.carriers.map(\.name)
        let oldStates = carriers
        rulebook = new
        rulebook.plans = Self.inOldOrder(new.plans, oldPlans)
        domains = DomainTable(ownDomains: new.ownDomains, carriers: new.carriers, seed: seed)
        compile()
        let plans = oldPlans.map { name in planIndex(name) ?? signUpPlan }
        // With a million accounts this takes some 15 ms in which nobody is answered, so only where a plan is gone.
        if plans.indices.contains(where: { plans[$0] != Int32($0) }) {
            for account in 0..<Int32(accounts.count) {
                let old = Int(accounts[account].assignedPlan)
                accounts[account].assignedPlan = old < plans.count ? plans[old] : signUpPlan
            }
        }
        carryOverCarriers(oldCarriers, oldStates)
        applyOverrides(at: now)
    }

    /// Plans that stay keep their numbers, so that no account has to be told.
    private static func inOldOrder(_ plans: [Plan], _ names: [String]) -> [Plan] {
        let kept = names.compactMap { name in plans.first { $0.name == name } }
        guard kept.count == names.count else { return plans }
        return kept + plans.filter { !names.contains($0.name) }
    }

    /// What was counted and reserved for a carrier, and those who wait for it, go to the carrier of the same name. Where
    /// that is gone, nothing holds up those who waited.
    private mutating func carryOverCarriers(_ names: [String], _ states: ContiguousArray<CarrierState>) {
        var moved: [Int32: Int32] = [:]
        for (old, name) in names.enumerated() {
            guard let index = rulebook.carriers.firstIndex(where: { $0.name == name }) else { continue }
            moved[Int32(old)] = Int32(index)
            let rules = rulebook.carriers[index]
            var state = states[old]
            state.acceptLimits = carriers[index].acceptLimits
            state.throttle = 0
            state.pacer.wait = rules.wait
            state.pacer.setRate(rules.perSecond)
            carriers[index] = state
        }
        meters.renumberCarriers(moved)
        transactions.renumberCarriers(moved)
        answers.renumberCarriers(moved)
        for (ticket, request) in waiting where request.carrier >= 0 {
            waiting[ticket]?.carrier = moved[request.carrier] ?? -1
            if moved[request.carrier] == nil { orphanedTickets.append(ticket) }
        }
    }

    mutating func compile() {
        signUpPlan = planIndex(rulebook.signUpPlan) ?? 0
        promotions = rulebook.plans.map { plan in
            guard let promotion = plan.promotion, let next = planIndex(promotion.plan) else { return nil }
            return PlanStep(plan: next, age: promotion.age, clean: promotion.clean)
        }
        carriers = ContiguousArray(
            rulebook.carriers.enumerated().map { CarrierState($0.element, index: Int32($0.offset)) })
        addressLimits = rulebook.sources.addressLimits.map { AppliedLimit($0, from: .sourceRules) }
        networkLimits = rulebook.sources.networkLimits.map { AppliedLimit($0, from: .sourceRules) }
        compileOverrides()
    }

    package func planIndex(_ name: String) -> Int32? {
        rulebook.plans.firstIndex { $0.name == name }.map(Int32.init)
    }

    package func carrierIndex(_ name: String) -> Int32? {
        rulebook.carriers.firstIndex { $0.name == name }.map(Int32.init)
    }

    // MARK: Overrides

    /// Puts overrides in force; those that are there by the same number are replaced.
    package mutating func add(_ new: [Override], at now: Moment) {
        for override in new { overrides[override.id] = override }
        applyOverrides(at: now)
    }

    /// Ends overrides.
    package mutating func remove(_ ids: [Int64], at now: Moment) {
        for id in ids { overrides[id] = nil }
        applyOverrides(at: now)
    }

    /// Ends those whose time is over, and names all that ended so since the last call.
    package mutating func expireOverrides(at now: Moment) -> [Int64] {
        if now.wall >= nextExpiry { endExpiredOverrides(at: now) }
        defer { expired = [] }
        return expired
    }

    mutating func endExpiredOverrides(at now: Moment) {
        let over = overrides.values.filter { !$0.isInForce(at: now.wall) }.map(\.id).sorted()
        expired += over
        remove(over, at: now)
    }

    /// Numbers of the overrides that set the same thing as this one would: it takes their place.
    package func superseded(by kind: Override.Kind) -> [Int64] {
        overrides.values.filter { $0.kind.setsTheSame(as: kind) }.map(\.id)
    }

    private mutating func applyOverrides(at now: Moment) {
        for account in overridden {
            accounts[account].suspension = 0
            accounts[account].hasOwnLimits = false
        }
        overridden = []
        for index in carriers.indices where carriers[index].throttle != 0 {
            carriers[index].throttle = 0
            carriers[index].pacer.setRate(rulebook.carriers[index].perSecond)
        }
        compileOverrides(at: now)
    }

    private mutating func compileOverrides(at now: Moment? = nil) {
        planLimits = rulebook.plans.enumerated().map { index, plan in
            plan.limits.map { AppliedLimit($0, from: .plan(Int32(index))) }
        }
        ownLimits = [:]
        networkRules = NetworkSet()
        for network in rulebook.sources.blocked { networkRules.insert(network, NetworkRule(blocks: true, override: 0)) }
        for network in rulebook.sources.whitelisted + rulebook.carriers.flatMap(\.networks) {
            networkRules.insert(network, NetworkRule(blocks: false, override: 0))
        }
        nextExpiry = .max
        // In the order in which they were made, so that the newest of two that set the same wins.
        for override in overrides.values.sorted(by: { $0.id < $1.id }) {
            apply(override, at: now)
            nextExpiry = min(nextExpiry, override.expires ?? .max)
        }
        // At least a day, so that a limit that is set tomorrow knows today.
        meters.retention = max(longestPeriod, 86_400_000)
    }

    private mutating func apply(_ override: Override, at now: Moment?) {
        switch override.kind {
        case .suspension(let login, let holds):
            guard let account = accountForOverride(login, at: now) else { return }
            accounts[account].suspension = override.id
            accounts[account].suspensionHolds = holds
            overridden.append(account)
        case .accountLimit(let login, let limit):
            guard let account = accountForOverride(login, at: now) else { return }
            accounts[account].hasOwnLimits = true
            ownLimits[account, default: []].removeAll { $0.limit.measuresTheSame(as: limit) }
            ownLimits[account, default: []].append(AppliedLimit(limit, from: .override(override.id)))
            overridden.append(account)
        case .planLimit(let name, let limit):
            guard let plan = planIndex(name) else { return }
            planLimits[Int(plan)].removeAll { $0.limit.measuresTheSame(as: limit) }
            planLimits[Int(plan)].append(AppliedLimit(limit, from: .override(override.id)))
        case .throttle(let name, let perSecond):
            guard let carrier = carrierIndex(name) else { return }
            carriers[Int(carrier)].throttle = override.id
            carriers[Int(carrier)].pacer.setRate(perSecond)
        case .whitelist(let network, _):
            networkRules.insert(network, NetworkRule(blocks: false, override: override.id))
        case .block(let network):
            networkRules.insert(network, NetworkRule(blocks: true, override: override.id))
        }
    }

    /// An account can be suspended before it is first seen.
    private mutating func accountForOverride(_ login: String, at now: Moment?) -> Int32? {
        if let account = accounts.find(login) { return account }
        guard let now else { return nil }
        var login = login
        return login.withUTF8 {
            accounts.add($0.span, Account(signedUp: now.wall, assignedPlan: signUpPlan, inDirectory: false))
        }
    }

    // MARK: Plans

    /// The plan that an account is on now: the directory's, or where its age and record have moved it.
    package func plan(of account: Int32, at now: Moment) -> Int32 {
        var plan = accounts[account].assignedPlan
        let signedUp = accounts[account].signedUp
        let lastOffence = accounts[account].lastOffence
        for _ in 0..<rulebook.plans.count {
            guard let step = promotions[Int(plan)], now.wall - signedUp >= step.age,
                lastOffence == .min || now.wall - lastOffence >= step.clean
            else { break }
            plan = step.plan
        }
        return plan
    }

    /// The limits that an account is held to now.
    package func limits(of account: Int32, at now: Moment) -> [AppliedLimit] {
        let limits = planLimits[Int(plan(of: account, at: now))]
        guard accounts[account].hasOwnLimits, let own = ownLimits[account] else { return limits }
        return limits.filter { limit in !own.contains { $0.limit.measuresTheSame(as: limit.limit) } } + own
    }

    package func limits(ofPlan plan: Int32) -> [AppliedLimit] { planLimits[Int(plan)] }

    /// The longest time that a count can matter to any limit in use.
    package var longestPeriod: Milliseconds {
        let limits =
            planLimits.flatMap { $0 } + ownLimits.values.flatMap { $0 } + carriers.flatMap(\.acceptLimits)
            + addressLimits
            + networkLimits
        return limits.map(\.limit.period.span).max() ?? 0
    }
}

extension Override.Kind {
    /// Whether the two set the same thing, so that the later takes the earlier's place.
    package func setsTheSame(as other: Override.Kind) -> Bool {
        switch (self, other) {
        case (.suspension(let one, _), .suspension(let two, _)): one.lowercased() == two.lowercased()
        case (.accountLimit(let one, let limit), .accountLimit(let two, let other)):
            one.lowercased() == two.lowercased() && limit.measuresTheSame(as: other)
        case (.planLimit(let one, let limit), .planLimit(let two, let other)):
            one == two && limit.measuresTheSame(as: other)
        case (.throttle(let one, _), .throttle(let two, _)): one == two
        case (.whitelist(let one, _), .whitelist(let two, _)), (.whitelist(let one, _), .block(let two)),
            (.block(let one), .whitelist(let two, _)), (.block(let one), .block(let two)):
            one == two
        default: false
        }
    }
}
