import Testing

@testable import MailPolicy

@Suite("Taking from meters")
struct MemoryMetersTests {
    private let account = MeterKey(.account, 3)
    private let carrier = MeterKey(.carrier, 0)

    private func claim(_ key: MeterKey, _ limits: Limit..., recipients: Int64 = 1) -> Claim {
        Claim(
            key, Amount(messages: 1, recipients: recipients),
            within: limits.map { AppliedLimit($0, from: .sourceRules) })
    }

    @Test func takingFromTwoMetersIsAllOrNothing() throws {
        var meters = MemoryMeters()
        let free = claim(account, Limit(10, .messages, per: .rolling(.day)))
        let full = claim(carrier, Limit(0, .messages, per: .rolling(.day)))
        guard case .refused = meters.take(free, and: full, at: .noon, zone: .utc) else {
            Issue.record("the second is full")
            return
        }
        guard case .refused = meters.take(full, and: free, at: .noon, zone: .utc) else {
            Issue.record("the first is full")
            return
        }
        #expect(meters.meter(account).isEmpty)
        #expect(meters.meter(carrier).isEmpty)
    }

    @Test func theLimitThatStaysFullLongestIsToldOf() {
        var meters = MemoryMeters()
        let day = Limit(2, .messages, per: .rolling(.day))
        let hour = Limit(2, .messages, per: .rolling(.hour))
        let claim = claim(account, hour, day)
        for _ in 0..<2 {
            _ = meters.take(claim, and: nil, at: .noon, zone: .utc)
            meters.commit(claim.amount, of: account, at: .noon)
        }
        guard case .refused(let count) = meters.take(claim, and: nil, at: .noon + 5, zone: .utc) else {
            Issue.record("both are full")
            return
        }
        #expect(count.limit.limit == day)
        #expect(count.freeAgain == Moment.noon.wall + .day)
    }

    /// What is told as free again is the first millisecond at which the same passes.
    @Test(arguments: 0..<UInt64(40))
    func freeAgainIsTrueToTheMillisecond(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let periods: [Limit.Period] = [.rolling(.hour), .rolling(.minute), .calendar(.day), .calendar(.hour)]
        let limits = periods.shuffled(using: &random).prefix(2).map {
            Limit(.random(in: 3...30, using: &random), Bool.random(using: &random) ? .recipients : .messages, per: $0)
        }
        var meters = MemoryMeters()
        var now = Moment.noon
        var refusals = 0
        for _ in 0..<400 {
            now = now + .random(in: 0...30_000, using: &random)
            let claim = Claim(
                account, Amount(messages: 1, recipients: .random(in: 1...3, using: &random)),
                within: limits.map { AppliedLimit($0, from: .plan(0)) })
            switch meters.take(claim, and: nil, at: now, zone: Zones.tokyo) {
            case .taken: meters.commit(claim.amount, of: account, at: now)
            case .refused(let count):
                refusals += 1
                guard let free = count.freeAgain else {
                    Issue.record("nothing is in progress, so the time is known")
                    return
                }
                var copy = meters
                let wait = free - now.wall
                if case .taken = copy.take(claim, and: nil, at: now + (wait - 1), zone: Zones.tokyo) {
                    Issue.record("free before \(free)")
                }
                if case .refused = copy.take(claim, and: nil, at: now + wait, zone: Zones.tokyo) {
                    Issue.record("not free at \(free)")
                }
            }
        }
        #expect(refusals > 0)
    }

    @Test func aRequestLargerThanItsLimitIsNeverFree() {
        var meters = MemoryMeters()
        let claim = claim(account, Limit(5, .recipients, per: .rolling(.day)), recipients: 6)
        guard case .refused(let count) = meters.take(claim, and: nil, at: .noon, zone: .utc) else {
            Issue.record("6 of 5")
            return
        }
        #expect(count.freeAgain == nil)
    }

    @Test func sumsThatAClientClaimsDoNotOverflow() {
        let rules = Rulebook(plans: [Plan(name: "new", limits: [Limit(.max, .bytes, per: .rolling(.day))])])
        var gatekeeper = Gatekeeper(rulebook: rules, seed: 1)
        var connection = Connection()
        for number in 0..<40 {
            let question = Question(recipient: "a\(number)@elsewhere.example", instance: "1.\(number)", size: .max)
            #expect(gatekeeper.ask(question, on: &connection, at: .noon).outcome == .accepted)
            let end = question.atEnd(recipients: .max, size: .max)
            #expect(gatekeeper.ask(end, on: &connection, at: .noon).outcome == .accepted)
        }
    }

    @Test func theJournalIsBounded() {
        var meters = MemoryMeters()
        meters.keepsJournal = true
        let most = MemoryMeters.longestJournal
        for _ in 0..<most + 5 { meters.commit(Amount(messages: 1), of: account, at: .noon) }
        #expect(meters.journalLost == 5)
        #expect(meters.drainJournal().count == most)
        #expect(meters.drainJournal().isEmpty)
    }
}
