import Testing

@testable import MailPolicy

@Suite("Counting: each promise by itself")
struct PromiseTests {
    private static func gatekeeper(
        _ limits: Limit..., commitPoint: Rulebook.CommitPoint = .endOfMessage
    ) -> Gatekeeper {
        var gatekeeper = Gatekeeper(
            rulebook: Rulebook(
                zone: Zones.tokyo, ownDomains: ["example.org"], plans: [Plan(name: "new", limits: limits)],
                commitPoint: commitPoint),
            seed: 11)
        gatekeeper.update([DirectoryAccount(login: "taro@example.org", signedUp: 0)])
        return gatekeeper
    }

    private static let tenADay = Limit(10, .messages, per: .rolling(.day))

    private func message(_ number: Int) -> Question { Question(instance: "4a2.\(number)") }

    @Test func tenADayLetsExactlyTenThrough() {
        var gatekeeper = Self.gatekeeper(Self.tenADay)
        for number in 0..<10 {
            #expect(gatekeeper.send(message(number), at: .noon + Milliseconds(number)).outcome == .accepted)
        }
        for number in 10..<20 {
            let verdict = gatekeeper.send(message(number), at: .noon + Milliseconds(number))
            #expect(verdict.outcome == .deferred)
            #expect(verdict.rule == .planLimit)
            #expect(verdict.limit?.count == 10)
            #expect(verdict.limit?.freeAgain == Moment.noon.wall + .day)
        }
        #expect(gatekeeper.send(message(20), at: .noon + (.day - 1)).outcome == .deferred)
        #expect(gatekeeper.send(message(21), at: .noon + .day).outcome == .accepted)
        #expect(gatekeeper.send(message(22), at: .noon + .day).outcome == .deferred)
        #expect(gatekeeper.send(message(23), at: .noon + (.day + 1)).outcome == .accepted)
    }

    @Test func parallelSessionsDoNotOvershoot() {
        var gatekeeper = Self.gatekeeper(Self.tenADay)
        var connections = (0..<50).map { _ in Connection() }
        var passed: [Int] = []
        for number in connections.indices {
            let verdict = gatekeeper.ask(message(number), on: &connections[number], at: .noon)
            if verdict.outcome == .accepted { passed.append(number) }
        }
        #expect(passed.count == 10)
        for number in passed {
            let verdict = gatekeeper.ask(message(number).atEnd(), on: &connections[number], at: .noon)
            #expect(verdict.outcome == .accepted)
        }
        #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon) == 10)
    }

    @Test func aRefusalNeitherCountsNorProlongsItself() {
        var gatekeeper = Self.gatekeeper(Limit(5, .recipients, per: .rolling(.hour)))
        var connection = Connection()
        let limit = Limit(5, .recipients, per: .rolling(.hour))
        _ = gatekeeper.ask(message(1).atEnd(recipients: 5), on: &connection, at: .noon)
        for minute in Milliseconds(1)..<60 {
            #expect(gatekeeper.send(message(Int(minute) + 1), at: .noon + minute * 60_000).outcome == .deferred)
            #expect(gatekeeper.count(limit, login: "taro@example.org", at: .noon + minute * 60_000) == 5)
        }
        #expect(gatekeeper.send(message(100), at: .noon + .hour).outcome == .accepted)
    }

    enum Abort: CaseIterable { case nextInstance, connectionEnd, timeOut }

    @Test(arguments: Abort.allCases)
    func whatWasAbortedIsGivenBack(how: Abort) {
        var gatekeeper = Self.gatekeeper(Self.tenADay)
        var connection = Connection()
        _ = gatekeeper.ask(message(1), on: &connection, at: .noon)
        #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon) == 1)
        switch how {
        case .nextInstance:
            let other = Question(login: "hanako@example.org", sender: "hanako@example.org", instance: "9.9")
            _ = gatekeeper.ask(other, on: &connection, at: .noon)
        case .connectionEnd: gatekeeper.end(&connection, at: .noon)
        case .timeOut:
            gatekeeper.endIdleTransactions(at: .noon + 599_999)
            #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon) == 1)
            gatekeeper.endIdleTransactions(at: .noon + 600_000)
        }
        #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon) == 0)
    }

    @Test func aMessageThatTimedOutIsCountedWhenItEndsAfterAll() {
        var gatekeeper = Self.gatekeeper(Self.tenADay)
        var connection = Connection()
        _ = gatekeeper.ask(message(1), on: &connection, at: .noon)
        gatekeeper.endIdleTransactions(at: .noon + .hour)
        let verdict = gatekeeper.ask(message(1).atEnd(), on: &connection, at: .noon + .hour)
        #expect(verdict.outcome == .accepted)
        #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon + .hour) == 1)
    }

    @Test(arguments: Rulebook.CommitPoint.allCases)
    func askedTwiceOnANewConnectionIsCountedOnce(commitPoint: Rulebook.CommitPoint) {
        let recipients = Limit(100, .recipients, per: .rolling(.day))
        var gatekeeper = Self.gatekeeper(Self.tenADay, recipients, commitPoint: commitPoint)
        var first = Connection()
        #expect(gatekeeper.ask(message(1), on: &first, at: .noon).outcome == .accepted)
        // The end of the first is seen before the repeat, …
        gatekeeper.end(&first, at: .noon)
        var second = Connection()
        #expect(gatekeeper.ask(message(1), on: &second, at: .noon + 1000).outcome == .accepted)
        // … and after it.
        var third = Connection()
        #expect(gatekeeper.ask(message(1), on: &third, at: .noon + 2000).outcome == .accepted)
        gatekeeper.end(&second, at: .noon + 3000)
        let next = message(1).with { $0.recipient = "jiro@elsewhere.example" }
        #expect(gatekeeper.ask(next, on: &third, at: .noon + 4000).outcome == .accepted)
        #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon + 4000) == 1)
        #expect(gatekeeper.count(recipients, login: "taro@example.org", at: .noon + 4000) == 2)
        let end = message(1).atEnd(recipients: 2)
        for _ in 0..<3 {
            var connection = Connection()
            #expect(gatekeeper.ask(end, on: &connection, at: .noon + 5000).outcome == .accepted)
            gatekeeper.end(&connection, at: .noon + 5000)
        }
        gatekeeper.end(&third, at: .noon + 6000)
        #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon + 6000) == 1)
        #expect(gatekeeper.count(recipients, login: "taro@example.org", at: .noon + 6000) == 2)
        #expect(gatekeeper.openTransactions == 0)
    }

    @Test func aRepeatThatTookOverIsGivenBackWithItsOwnConnection() {
        var gatekeeper = Self.gatekeeper(Self.tenADay)
        var first = Connection()
        var second = Connection()
        _ = gatekeeper.ask(message(1), on: &first, at: .noon)
        _ = gatekeeper.ask(message(1), on: &second, at: .noon)
        gatekeeper.end(&first, at: .noon)
        #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon) == 1)
        gatekeeper.end(&second, at: .noon)
        #expect(gatekeeper.count(Self.tenADay, login: "taro@example.org", at: .noon) == 0)
    }

    @Test func aRefusalAskedTwiceIsTheSameRefusal() {
        var gatekeeper = Self.gatekeeper(Limit(1, .messages, per: .rolling(.minute)))
        _ = gatekeeper.send(message(1), at: .noon)
        var first = Connection()
        let refusal = gatekeeper.ask(message(2), on: &first, at: .noon + (.minute - 1))
        #expect(refusal.outcome == .deferred)
        var second = Connection()
        let again = gatekeeper.ask(message(2), on: &second, at: .noon + (.minute + 1000))
        #expect(again.outcome == .deferred)
        #expect(again.limit == refusal.limit)
    }

    @Test func countedAtOnceStaysCountedWhenAborted() {
        var gatekeeper = Self.gatekeeper(Self.tenADay, commitPoint: .recipient)
        for number in 0..<10 {
            var connection = Connection()
            #expect(gatekeeper.ask(message(number), on: &connection, at: .noon).outcome == .accepted)
            gatekeeper.end(&connection, at: .noon)
        }
        var connection = Connection()
        #expect(gatekeeper.ask(message(10), on: &connection, at: .noon).outcome == .deferred)
    }

    @Test func withoutAnInstanceItIsCountedAtTheEnd() {
        var gatekeeper = Self.gatekeeper(Self.tenADay)
        var connection = Connection()
        let question = Question(instance: "")
        for _ in 0..<10 {
            #expect(gatekeeper.ask(question, on: &connection, at: .noon).outcome == .accepted)
            #expect(gatekeeper.ask(question.atEnd(), on: &connection, at: .noon).outcome == .accepted)
        }
        #expect(gatekeeper.ask(question, on: &connection, at: .noon).outcome == .deferred)
        #expect(gatekeeper.ask(question.atEnd(), on: &connection, at: .noon).outcome == .deferred)
    }

    @Test func raisingALimitAndLoweringItAgainForgetsNothing() {
        var gatekeeper = Self.gatekeeper(Self.tenADay)
        for number in 0..<10 { _ = gatekeeper.send(message(number), at: .noon) }
        let raised = Override(
            id: 1, kind: .accountLimit(account: "Taro@Example.org", Limit(12, .messages, per: .rolling(.day))),
            actor: "hanako", reason: "a party", since: Moment.noon.wall, expires: Moment.noon.wall + .hour)
        gatekeeper.add([raised], at: .noon)
        #expect(gatekeeper.send(message(10), at: .noon + 1).outcome == .accepted)
        #expect(gatekeeper.send(message(11), at: .noon + 1).outcome == .accepted)
        let over = gatekeeper.send(message(12), at: .noon + 1)
        #expect(over.outcome == .deferred)
        #expect(over.override == 1)
        #expect(gatekeeper.send(message(13), at: .noon + .hour).limit?.count == 12)
        #expect(gatekeeper.expireOverrides(at: .noon + .hour) == [1])
        #expect(gatekeeper.expireOverrides(at: .noon + .hour) == [])
        #expect(gatekeeper.send(message(14), at: .noon + (.day - 1)).outcome == .deferred)
        #expect(gatekeeper.send(message(15), at: .noon + .day).limit?.count == 3)
    }

    @Test func transactionsAreBounded() {
        var gatekeeper = Self.gatekeeper(Limit(.max, .messages, per: .rolling(.day)))
        for number in 0..<TransactionTable.mostOpen + 1000 {
            var connection = Connection()
            _ = gatekeeper.ask(message(number), on: &connection, at: .noon + Milliseconds(number))
        }
        #expect(gatekeeper.openTransactions == TransactionTable.mostOpen)
    }
}
