import Testing

@testable import MailPolicy

/// Random traffic on many connections, put to a gatekeeper and to the model at once; they must agree at every step.
struct RandomTraffic {
    struct Session {
        var connection = Connection()
        /// The message in progress.
        var question: Question?
        var accepted: [Question] = []
        var last: (question: Question, outcome: Verdict.Outcome, at: Milliseconds)?
    }

    var random: SplitMix64
    var gatekeeper: Gatekeeper
    var model: CountingModel
    var sessions: [Session]
    var now: Moment
    let logins: [String]
    /// By plan; what overrides change is beside it.
    var planLimits: [[Limit]]
    var overrides: [Override] = []
    var journal: [MemoryMeters.Increment] = []
    var nextInstance = 0
    var nextOverride: Int64 = 0
    var stepsWall = false
    var changesLimits = false
    var restarts = false
    private(set) var accepted = 0
    private(set) var refused = 0
    private(set) var repeats = 0

    init(seed: UInt64, zone: ZoneOffsets, plans: [[Limit]], accounts: Int = 12, connections: Int = 10, at now: Moment) {
        random = SplitMix64(seed: seed)
        self.now = now
        planLimits = plans
        let names = (0..<accounts).map { "user\($0)@example.org" }
        logins = names
        model = CountingModel(zone: zone)
        sessions = (0..<connections).map { _ in Session() }
        gatekeeper = Self.gatekeeper(plans, zone, names)
    }

    private static func rulebook(_ plans: [[Limit]], _ zone: ZoneOffsets) -> Rulebook {
        let plans = plans.enumerated().map { Plan(name: "plan\($0.offset)", limits: $0.element) }
        return Rulebook(zone: zone, ownDomains: ["example.org"], plans: plans, signUpPlan: "plan0")
    }

    private static func gatekeeper(_ plans: [[Limit]], _ zone: ZoneOffsets, _ logins: [String]) -> Gatekeeper {
        var gatekeeper = Gatekeeper(rulebook: rulebook(plans, zone), seed: 7)
        gatekeeper.meters.keepsJournal = true
        gatekeeper.update(
            logins.enumerated().map {
                DirectoryAccount(login: $0.element, plan: "plan\($0.offset % plans.count)", signedUp: 0)
            })
        return gatekeeper
    }

    func limits(of login: String) -> [Limit] {
        let number = logins.firstIndex(of: login) ?? 0
        var limits = planLimits[number % planLimits.count]
        func replace(_ limit: Limit) {
            limits.removeAll { $0.measuresTheSame(as: limit) }
            limits.append(limit)
        }
        let inForce = overrides.filter { $0.isInForce(at: now.wall) }
        for override in inForce {
            if case .planLimit(let plan, let limit) = override.kind, plan == "plan\(number % planLimits.count)" {
                replace(limit)
            }
        }
        for override in inForce {
            if case .accountLimit(let account, let limit) = override.kind, account == login { replace(limit) }
        }
        return limits
    }

    mutating func run(steps: Int) throws {
        for _ in 0..<steps {
            advance()
            if changesLimits, random.once(in: 40) { changeLimits() }
            if restarts, random.once(in: 200) { try restart() }
            if random.once(in: 30) {
                gatekeeper.endIdleTransactions(at: now)
                model.timeOut(at: now)
            }
            try step(Int.random(in: sessions.indices, using: &random))
            try compareCounts()
        }
    }

    private mutating func advance() {
        let span: Milliseconds =
            switch Int.random(in: 0..<20, using: &random) {
            case 0: .random(in: 0...15 * .minute, using: &random)
            case 1..<8: .random(in: 0...20 * .second, using: &random)
            default: .random(in: 0...2, using: &random)
            }
        now = now + span
        if stepsWall, random.once(in: 50) { now.wall += .random(in: -2 * .hour...2 * .hour, using: &random) }
    }

    // MARK: One step of one connection

    private mutating func step(_ number: Int) throws {
        let choice = Int.random(in: 0..<20, using: &random)
        if let last = sessions[number].last, choice < 3, now.steady - last.at <= AnswerTable.keptFor {
            try askAgain(last.question, last.outcome, from: number)
        } else if choice == 3 {
            end(number)
        } else if let question = sessions[number].question, !sessions[number].accepted.isEmpty, choice < 11 {
            try finish(question, on: number)
        } else if sessions[number].question != nil, choice < 17 {
            try askRecipient(on: number)
        } else {
            begin(on: number)
            try askRecipient(on: number)
        }
    }

    private mutating func begin(on number: Int) {
        nextInstance += 1
        let login = logins.randomElement(using: &random) ?? logins[0]
        var question = Question()
        question.login = login
        question.sender = login
        question.instance = "\(number).\(nextInstance)"
        question.size = random.once(in: 3) ? 0 : .random(in: 1...400_000, using: &random)
        sessions[number].question = question
        sessions[number].accepted = []
        sessions[number].last = nil
        model.part(number)
    }

    private mutating func askRecipient(on number: Int) throws {
        guard var question = sessions[number].question else { return }
        question.recipient = "to\(random.next())@elsewhere.example"
        let verdict = try ask(question, on: number)
        if verdict.outcome == .accepted { sessions[number].accepted.append(question) }
        sessions[number].last = (question, verdict.outcome, now.steady)
    }

    private mutating func finish(_ question: Question, on number: Int) throws {
        let accepted = sessions[number].accepted
        // Postfix itself can have refused some of those that passed here.
        let count = max(1, accepted.count - (random.once(in: 5) ? 1 : 0))
        var end = question.atEnd(recipients: Int64(count), size: .random(in: 1...500_000, using: &random))
        if count == 1 { end.recipient = accepted[0].recipient }
        let verdict = try ask(end, on: number)
        sessions[number].question = nil
        sessions[number].last = (end, verdict.outcome, now.steady)
    }

    private mutating func ask(_ question: Question, on number: Int) throws -> Verdict {
        let fits = model.fits(model.wanted(question), question.login, limits(of: question.login), at: now)
        let verdict = gatekeeper.ask(question, on: &sessions[number].connection, at: now)
        try #require((verdict.outcome == .accepted) == fits, "\(question) at \(now): \(verdict)")
        if fits {
            accepted += 1
            model.pass(question, on: number, at: now)
        } else {
            refused += 1
            model.refuse(question, on: number, at: now)
        }
        return verdict
    }

    /// The client of this connection went away, or its policy connection broke.
    private mutating func end(_ number: Int) {
        gatekeeper.end(&sessions[number].connection, at: now)
        model.part(number)
        sessions[number] = Session()
    }

    /// What Postfix does when a connection breaks: the same again, on the same connection, on a new one, or on a new one
    /// before the end of the old one is seen.
    private mutating func askAgain(_ question: Question, _ outcome: Verdict.Outcome, from number: Int) throws {
        repeats += 1
        let way = Int.random(in: 0..<3, using: &random)
        var old: Connection?
        if way == 1 {
            gatekeeper.end(&sessions[number].connection, at: now)
            model.part(number)
        } else if way == 2 {
            old = sessions[number].connection
            sessions[number].connection = Connection()
        }
        let isOpen = model.transactions[question.instance] != nil
        if question.state == .recipient, outcome == .accepted, !isOpen {
            // It was given back, so it is taken again; that may fail now.
            let verdict = try ask(question, on: number)
            sessions[number].accepted = verdict.outcome == .accepted ? [question] : []
            sessions[number].last = (question, verdict.outcome, now.steady)
        } else {
            let verdict = gatekeeper.ask(question, on: &sessions[number].connection, at: now)
            try #require(verdict.outcome == outcome, "asked again \(question) at \(now): \(verdict)")
        }
        if var old {
            gatekeeper.end(&old, at: now)
        }
    }

    // MARK: Changes

    private mutating func changeLimits() {
        nextOverride += 1
        let limit = limits(of: logins.randomElement(using: &random) ?? logins[0]).randomElement(using: &random)
        guard var limit else { return }
        limit.quantity = max(0, limit.quantity * .random(in: 0...200, using: &random) / 100)
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where !overrides.isEmpty:
            let gone = overrides.remove(at: .random(in: overrides.indices, using: &random))
            gatekeeper.remove([gone.id], at: now)
        case 1:
            let plan = Int.random(in: planLimits.indices, using: &random)
            planLimits[plan] = planLimits[plan].map { $0.measuresTheSame(as: limit) ? limit : $0 }
            gatekeeper.replaceRulebook(Self.rulebook(planLimits, model.zone), at: now)
        case 2:
            let plan = Int.random(in: planLimits.indices, using: &random)
            add(.planLimit(plan: "plan\(plan)", limit))
        default:
            add(.accountLimit(account: logins.randomElement(using: &random) ?? logins[0], limit))
        }
    }

    private mutating func add(_ kind: Override.Kind) {
        let expires = random.once(in: 2) ? now.wall + .random(in: 1...2 * .hour, using: &random) : nil
        let override = Override(
            id: nextOverride, kind: kind, actor: "hanako", reason: "test", since: now.wall, expires: expires)
        // A clock that was set back must not bring back what has expired.
        overrides.removeAll { !$0.isInForce(at: now.wall) }
        _ = gatekeeper.expireOverrides(at: now)
        overrides.append(override)
        gatekeeper.add([override], at: now)
    }

    /// As after `kill -9`: all that is left is what the journal gave.
    private mutating func restart() throws {
        journal += gatekeeper.meters.drainJournal()
        gatekeeper = Self.gatekeeper(planLimits, model.zone, logins)
        gatekeeper.add(overrides, at: now)
        for increment in journal { gatekeeper.meters.restore(increment.amount, of: increment.key, at: increment.at) }
        model.transactions = [:]
        for number in sessions.indices { sessions[number] = Session() }
    }

    private func compareCounts() throws {
        guard let login = logins.randomElement() else { return }
        for limit in limits(of: login) {
            try #require(gatekeeper.count(limit, login: login, at: now) == model.count(limit, of: login, at: now))
        }
    }
}
