import Testing

@testable import MailPolicy

@Suite("Outbound gate")
struct OutboundGateTests {
    private static func gatekeeper(perSecond: Double = 1, wait: Milliseconds = 30_000) -> Gatekeeper {
        let carrier = Carrier(name: "docomo", domains: ["docomo.example"], perSecond: perSecond, wait: wait)
        return Gatekeeper(
            rulebook: Rulebook(zone: Zones.tokyo, plans: [Plan(name: "new", limits: [])], carriers: [carrier]), seed: 9)
    }

    private func question(_ number: Int, to recipient: String = "a@docomo.example") -> Question {
        Question(gate: .outbound, login: "", recipient: recipient, client: "127.0.0.1", instance: "o.\(number)")
    }

    private func ticket(_ decision: Decision) -> UInt64? {
        if case .wait(let ticket) = decision { ticket } else { nil }
    }

    @Test func whoIsNoCarriersPassesAtOnce() {
        var gatekeeper = Self.gatekeeper(perSecond: 0)
        var connection = Connection()
        let question = question(1, to: "a@elsewhere.example")
        #expect(gatekeeper.ask(question, on: &connection, at: .noon).rule == .passed)
        #expect(gatekeeper.nextPacerEvent == nil)
    }

    @Test func anAnswerComesWhenAPlaceIsFree() throws {
        var gatekeeper = Self.gatekeeper()
        var connections = (0..<3).map { _ in Connection() }
        #expect(gatekeeper.ask(question(0), on: &connections[0], at: .noon).rule == .carrierPace)
        let second = try #require(ticket(gatekeeper.put(question(1), on: &connections[1], at: .noon)))
        let third = try #require(ticket(gatekeeper.put(question(2), on: &connections[2], at: .noon)))
        #expect(gatekeeper.nextPacerEvent == Moment.noon.steady + 1000)
        let answers = gatekeeper.advancePacers(at: .noon + 1000)
        #expect(answers.map(\.ticket) == [second])
        #expect(answers[0].verdict.outcome == .accepted && answers[0].verdict.waited == 1000)
        gatekeeper.answered(&connections[1], with: answers[0].verdict, ticket: second)
        #expect(gatekeeper.advancePacers(at: .noon + 2000).map(\.ticket) == [third])
        #expect(gatekeeper.carriers[0].perSecond(at: Moment.noon.steady + 3000) == 0.3)
    }

    @Test func aRepeatAfterThePlaceWasGivenTakesNoSecond() throws {
        var gatekeeper = Self.gatekeeper()
        var connections = (0..<2).map { _ in Connection() }
        _ = gatekeeper.ask(question(0), on: &connections[0], at: .noon)
        let waiting = try #require(ticket(gatekeeper.put(question(1), on: &connections[1], at: .noon)))
        let answers = gatekeeper.advancePacers(at: .noon + 1000)
        gatekeeper.answered(&connections[1], with: answers[0].verdict, ticket: waiting)
        gatekeeper.end(&connections[1], at: .noon + 1001)
        var again = Connection()
        #expect(gatekeeper.ask(question(1), on: &again, at: .noon + 2000).rule == .repeated)
        #expect(gatekeeper.ask(question(3), on: &again, at: .noon + 2000).rule == .carrierPace)
    }

    @Test func aConnectionThatClosesWhileWaitingFreesItsPlace() throws {
        var gatekeeper = Self.gatekeeper()
        var connections = (0..<3).map { _ in Connection() }
        _ = gatekeeper.ask(question(0), on: &connections[0], at: .noon)
        _ = gatekeeper.put(question(1), on: &connections[1], at: .noon)
        let third = try #require(ticket(gatekeeper.put(question(2), on: &connections[2], at: .noon)))
        gatekeeper.end(&connections[1], at: .noon + 500)
        #expect(gatekeeper.advancePacers(at: .noon + 1000).map(\.ticket) == [third])
    }

    @Test func whenThePlaceDoesNotComeTheReplySaysWhen() throws {
        var gatekeeper = Self.gatekeeper(perSecond: 0.01, wait: 10_000)
        var connection = Connection()
        _ = gatekeeper.ask(question(0), on: &connection, at: .noon)
        let verdict = gatekeeper.ask(question(1), on: &connection, at: .noon)
        #expect(verdict.outcome == .deferred && verdict.rule == .carrierPace)
        let reply = try #require(gatekeeper.reply(to: verdict, sender: "", recipient: ""))
        #expect(reply.code == 450 && reply.status == "4.7.1")
        #expect(reply.text.contains("after 2026-11-25 12:01:40 "))
    }

    @Test func whoWaitsWhenTheEngineClosesIsSentBackUnderTheCarriersName() throws {
        var gatekeeper = Self.gatekeeper()
        var connections = (0..<2).map { _ in Connection() }
        #expect(gatekeeper.ask(question(0), on: &connections[0], at: .noon).outcome == .accepted)
        let second = try #require(ticket(gatekeeper.put(question(1), on: &connections[1], at: .noon)))
        let answers = gatekeeper.sendBackAll(at: .noon + 300)
        #expect(answers.map(\.ticket) == [second])
        let verdict = try #require(answers.first?.verdict)
        #expect(verdict.outcome == .deferred)
        #expect(verdict.waited == 300)
        #expect(gatekeeper.reply(to: verdict, sender: "", recipient: "")?.text.hasPrefix("docomo ") == true)
        #expect(gatekeeper.sendBackAll(at: .noon + 400).isEmpty)
        #expect(gatekeeper.nextPacerEvent == nil)
    }

    @Test func aThrottleActsOnTheNextMessageAndNamesItself() {
        var gatekeeper = Self.gatekeeper(perSecond: 1000)
        var connection = Connection()
        let throttle = Override(
            id: 4, kind: .throttle(carrier: "docomo", perSecond: 0), actor: "hanako", reason: "slow",
            since: Moment.noon.wall, expires: Moment.noon.wall + .minute)
        gatekeeper.add([throttle], at: .noon)
        #expect(ticket(gatekeeper.put(question(1), on: &connection, at: .noon)) != nil)
        let sentBack = gatekeeper.advancePacers(at: .noon + 30_000)
        #expect(sentBack.map(\.verdict.outcome) == [.deferred])
        #expect(sentBack.first?.verdict.override == 4)
        var other = Connection()
        let after = gatekeeper.ask(question(2), on: &other, at: .noon + .minute)
        #expect(after.outcome == .accepted && after.override == 0)
    }

    @Test func whoWaitsForACarrierThatIsRemovedIsLetThrough() throws {
        var gatekeeper = Self.gatekeeper(perSecond: 0)
        var connections = (0..<2).map { _ in Connection() }
        let first = try #require(ticket(gatekeeper.put(question(0), on: &connections[0], at: .noon)))
        _ = gatekeeper.put(question(1), on: &connections[1], at: .noon)
        var rules = gatekeeper.rulebook
        rules.carriers = []
        gatekeeper.replaceRulebook(rules, at: .noon)
        gatekeeper.replaceRulebook(rules, at: .noon)
        gatekeeper.end(&connections[1], at: .noon)
        let answers = gatekeeper.advancePacers(at: .noon)
        #expect(answers.map(\.ticket) == [first])
        #expect(answers.first?.verdict.outcome == .accepted)
    }

    @Test func messagesThatWaitedLeaveNothingOpenBehind() {
        var gatekeeper = Self.gatekeeper(perSecond: 1)
        var connection = Connection()
        for number in 0..<50 {
            let now = Moment.noon + Milliseconds(number) * 1000
            if let ticket = ticket(gatekeeper.put(question(number), on: &connection, at: now + -500)) {
                for answer in gatekeeper.advancePacers(at: now) where answer.ticket == ticket {
                    gatekeeper.answered(&connection, with: answer.verdict, ticket: ticket)
                }
            }
        }
        #expect(gatekeeper.openTransactions <= 1)
    }
}
