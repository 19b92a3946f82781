import Testing

@testable import MailPolicy

@Suite("Submission gate")
struct SubmissionGateTests {
    private static let tenADay = Limit(10, .messages, per: .rolling(.day))
    private static let carrier = Carrier(
        name: "docomo", domains: ["docomo.example", ".docomo.example"], perSecond: 5,
        acceptLimits: [Limit(4, .recipients, per: .rolling(.minute))], recipientsPerMessage: 2, messageBytes: 1_000_000)

    private static func gatekeeper(_ change: (inout Rulebook) -> Void = { _ in }) -> Gatekeeper {
        var rules = Rulebook(
            zone: Zones.tokyo, ownDomains: ["example.org", "example.net"],
            plans: [
                Plan(
                    name: "new", limits: [tenADay], promotion: Promotion(to: "regular", age: 7 * .day, clean: 7 * .day)),
                Plan(name: "regular", limits: [Limit(100, .messages, per: .rolling(.day))]),
                Plan(name: "bulk", limits: [], allowsNullSender: true),
                Plan(name: "watched", limits: [Limit(1, .messages, per: .rolling(.day))], whenOver: .hold),
            ],
            carriers: [carrier], contact: "+81-3-0000-0000", bulkService: "https://bulk.example.org/",
            subaddressDelimiter: "+")
        change(&rules)
        var gatekeeper = Gatekeeper(rulebook: rules, seed: 3)
        gatekeeper.update([
            DirectoryAccount(
                login: "taro@example.org", plan: "regular", signedUp: 0,
                addresses: ["info@shop.example", "@taro.example"]),
            DirectoryAccount(login: "hanako", plan: "bulk", signedUp: 0),
            DirectoryAccount(login: "jiro@example.org", plan: "watched", signedUp: 0),
            DirectoryAccount(login: "new@example.org", signedUp: Moment.noon.wall),
        ])
        return gatekeeper
    }

    private static let byNew = Question(login: "new@example.org", sender: "new@example.org")

    private func override(
        _ kind: Override.Kind, id: Int64 = 1, until expires: Milliseconds? = nil
    ) -> Override {
        Override(id: id, kind: kind, actor: "hanako", reason: "test", since: Moment.noon.wall, expires: expires)
    }

    private func answer(_ gatekeeper: Gatekeeper, _ verdict: Verdict, sender: String = "a@b.example") -> SMTPReply? {
        gatekeeper.reply(to: verdict, sender: sender, recipient: "hanako@elsewhere.example")
    }

    @Test func withoutSMTPAuthNothingLeaves() {
        var gatekeeper = Self.gatekeeper()
        for client in ["192.0.2.1", "127.0.0.1", "unknown"] {
            let verdict = gatekeeper.send(Question(login: "", client: client), at: .noon)
            #expect(verdict.rule == .unauthenticated)
            let reply = answer(gatekeeper, verdict)
            #expect(reply?.code == 554 && reply?.status == "5.7.0")
        }
    }

    @Test func aSuspendedAccountIsRefusedUntilTheSuspensionExpires() {
        var gatekeeper = Self.gatekeeper()
        let until = Moment.noon.wall + .hour
        gatekeeper.add(
            [override(.suspension(account: "TARO@example.org", holds: false), until: until)], at: .noon)
        let verdict = gatekeeper.send(Question(), at: .noon)
        #expect(verdict.outcome == .refused && verdict.rule == .suspended && verdict.override == 1)
        #expect(verdict.freeAgain == until)
        let reply = answer(gatekeeper, verdict)
        #expect(reply?.code == 554 && reply?.status == "5.7.1")
        #expect(reply?.text.contains("+81-3-0000-0000") == true)
        #expect(gatekeeper.send(Question(instance: "2"), at: .noon + (.hour - 1)).outcome == .refused)
        #expect(gatekeeper.send(Question(instance: "3"), at: .noon + .hour).outcome == .accepted)
        #expect(gatekeeper.expireOverrides(at: .noon + .hour) == [1])
    }

    @Test func aSuspensionActsInTheMiddleOfAMessage() {
        var gatekeeper = Self.gatekeeper()
        var connection = Connection()
        #expect(gatekeeper.ask(Question(), on: &connection, at: .noon).outcome == .accepted)
        gatekeeper.add([override(.suspension(account: "taro@example.org", holds: false))], at: .noon)
        #expect(gatekeeper.ask(Question().atEnd(), on: &connection, at: .noon).rule == .suspended)
        gatekeeper.remove([1], at: .noon)
        let limit = Limit(100, .messages, per: .rolling(.day))
        #expect(gatekeeper.count(limit, login: "taro@example.org", at: .noon) == 0)
    }

    @Test func aSuspensionCanHoldInstead() {
        var gatekeeper = Self.gatekeeper()
        gatekeeper.add([override(.suspension(account: "taro@example.org", holds: true))], at: .noon)
        var connection = Connection()
        #expect(gatekeeper.ask(Question(), on: &connection, at: .noon).outcome == .held)
        #expect(gatekeeper.ask(Question(), on: &connection, at: .noon).outcome == .held)
        #expect(gatekeeper.ask(Question().atEnd(), on: &connection, at: .noon).outcome == .held)
        #expect(gatekeeper.openTransactions == 0)
        let limit = Limit(100, .messages, per: .rolling(.day))
        #expect(gatekeeper.count(limit, login: "taro@example.org", at: .noon) == 0)
    }

    @Test func anAccountCanBeSuspendedBeforeItIsSeen() {
        var gatekeeper = Self.gatekeeper()
        gatekeeper.add([override(.suspension(account: "ghost@example.org", holds: false))], at: .noon)
        let question = Question(login: "ghost@example.org", sender: "ghost@example.org")
        #expect(gatekeeper.send(question, at: .noon).rule == .suspended)
    }

    @Test(
        arguments: [
            ("taro@example.org", "taro@example.org", true), ("taro@example.org", "TARO@Example.ORG", true),
            ("taro@example.org", "taro+list@example.org", true), ("taro@example.org", "info@shop.example", true),
            ("taro@example.org", "anything@taro.example", true), ("taro@example.org", "taro@example.net", false),
            ("taro@example.org", "hanako@example.org", false), ("taro@example.org", "info+x@shop.example", true),
            ("taro@example.org", "x@sub.taro.example", false), ("taro@example.org", "taro", false),
            ("taro@example.org", "+taro@example.org", false),
            ("taro@example.org", "taro@example.org.evil.example", false),
            ("hanako", "hanako@example.org", true), ("hanako", "hanako@example.net", true),
            ("hanako", "hanako+a@example.net", true), ("hanako", "hanako@elsewhere.example", false),
            ("hanako", "hanako", true), ("hanako", "info@shop.example", false),
        ])
    func mailFromMustBelongToTheLogin(login: String, sender: String, belongs: Bool) {
        var gatekeeper = Self.gatekeeper()
        let verdict = gatekeeper.send(Question(login: login, sender: sender), at: .noon)
        #expect(verdict.rule == (belongs ? .passed : .senderOwnership))
        if !belongs {
            let reply = answer(gatekeeper, verdict, sender: sender)
            #expect(reply?.code == 553 && reply?.status == "5.7.1")
            #expect(reply?.text.contains("<\(sender)>") == true)
        }
    }

    @Test func theNullSenderIsAllowedWhereThePlanSaysSo() {
        var gatekeeper = Self.gatekeeper()
        let refused = gatekeeper.send(Question(sender: ""), at: .noon)
        #expect(refused.rule == .nullSender)
        #expect(answer(gatekeeper, refused)?.code == 553)
        #expect(gatekeeper.send(Question(login: "hanako", sender: "", instance: "2"), at: .noon).outcome == .accepted)
    }

    @Test func aNewAccountSendsTenADayThenNone() throws {
        var gatekeeper = Self.gatekeeper()
        for number in 0..<10 {
            let question = Self.byNew.with { $0.instance = "1.\(number)" }
            #expect(gatekeeper.send(question, at: .noon).outcome == .accepted)
        }
        let verdict = gatekeeper.send(Self.byNew.with { $0.instance = "2" }, at: .noon)
        let reply = try #require(answer(gatekeeper, verdict))
        #expect(reply.code == 450 && reply.status == "4.7.1")
        #expect(reply.text.contains("10 of 10 messages per day"))
        #expect(reply.text.contains("free again at 2026-11-26 12:00:00 "))
    }

    @Test func anAccountMovesUpByAgeAndACleanRecord() throws {
        var gatekeeper = Self.gatekeeper()
        let account = try #require(gatekeeper.accounts.find("new@example.org"))
        func plan(_ days: Milliseconds) -> String {
            gatekeeper.rulebook.plans[Int(gatekeeper.plan(of: account, at: .noon + days * .day))].name
        }
        #expect(plan(6) == "new")
        #expect(plan(7) == "regular")
        let forged = Self.byNew.with { $0.sender = "taro@example.org" }
        #expect(gatekeeper.send(forged, at: .noon + 3 * .day).rule == .senderOwnership)
        #expect(plan(9) == "new")
        #expect(plan(10) == "regular")
    }

    @Test func unknownAccountsAreNewOrRefused() {
        var lenient = Self.gatekeeper()
        let question = Question(login: "ghost@example.org", sender: "ghost@example.org")
        #expect(lenient.send(question, at: .noon).outcome == .accepted)
        #expect(lenient.accounts.unknownCount == 1)
        var strict = Self.gatekeeper { $0.unknownAccounts = .refuse }
        let verdict = strict.send(question, at: .noon)
        #expect(verdict.rule == .unknownAccount && verdict.outcome == .refused)
        #expect(strict.accounts.count == 4)
        var full = Self.gatekeeper { $0.unknownAccountsKept = 0 }
        let noRoom = full.send(question, at: .noon)
        #expect(noRoom.rule == .unknownAccount && noRoom.outcome == .deferred)
    }

    @Test func whoLeftTheDirectoryTakesNoRoomOfNewAccounts() {
        var gatekeeper = Self.gatekeeper { $0.unknownAccountsKept = 1 }
        let question = Question(login: "ghost@example.org", sender: "ghost@example.org")
        for _ in 0..<3 {
            gatekeeper.leaveDirectory(["new@example.org", "jiro@example.org"])
            #expect(gatekeeper.accounts.unknownCount == 0)
            gatekeeper.update([DirectoryAccount(login: "new@example.org", signedUp: 0)])
        }
        #expect(gatekeeper.send(question, at: .noon).outcome == .accepted)
        gatekeeper.update([DirectoryAccount(login: "ghost@example.org", signedUp: 0)])
        #expect(gatekeeper.accounts.unknownCount == 0)
    }

    @Test func anAccountThatLeftTheDirectoryIsUnknownButKeepsItsCounts() {
        var gatekeeper = Self.gatekeeper { $0.unknownAccounts = .refuse }
        #expect(gatekeeper.send(Self.byNew, at: .noon).outcome == .accepted)
        gatekeeper.leaveDirectory(["new@example.org"])
        #expect(gatekeeper.send(Self.byNew.with { $0.instance = "2" }, at: .noon).rule == .unknownAccount)
        gatekeeper.update([DirectoryAccount(login: "new@example.org", signedUp: Moment.noon.wall)])
        #expect(gatekeeper.count(Self.tenADay, login: "new@example.org", at: .noon) == 1)
    }

    @Test func overALimitTheMessageIsHeldWhereThePlanSaysSo() {
        var gatekeeper = Self.gatekeeper()
        let question = Question(login: "jiro@example.org", sender: "jiro@example.org")
        #expect(gatekeeper.send(question, at: .noon).outcome == .accepted)
        var connection = Connection()
        let second = question.with { $0.instance = "2" }
        let verdict = gatekeeper.ask(second, on: &connection, at: .noon)
        #expect(verdict.outcome == .held && verdict.rule == .planLimit)
        #expect(answer(gatekeeper, verdict)?.text.hasSuffix("held for review") == true)
        #expect(gatekeeper.ask(second.atEnd(), on: &connection, at: .noon).outcome == .held)
        let limit = Limit(1, .messages, per: .rolling(.day))
        #expect(gatekeeper.count(limit, login: "jiro@example.org", at: .noon) == 1)
    }

    @Test func aSenderWhoIsOverDayAfterDayIsPointedToTheBulkService() {
        var gatekeeper = Self.gatekeeper { $0.plans[0].promotion = nil }
        var pointed: [Bool] = []
        for day in Milliseconds(0)..<4 {
            for number in 0..<11 {
                let question = Self.byNew.with { $0.instance = "\(day).\(number)" }
                let verdict = gatekeeper.send(question, at: .noon + day * .day)
                guard verdict.outcome != .accepted else { continue }
                pointed.append(verdict.pointsToBulkService)
                let text = answer(gatekeeper, verdict)?.text
                #expect(text?.contains("https://bulk.example.org/") == verdict.pointsToBulkService)
            }
        }
        #expect(pointed == [false, false, true, true])
    }

    @Test func aCarriersBoundsOnAMessageAreKept() {
        var gatekeeper = Self.gatekeeper()
        var connection = Connection()
        func question(_ recipient: String, size: Int64 = 0) -> Question {
            Question(recipient: recipient, size: size)
        }
        let large = question("a@docomo.example", size: 1_000_001)
        let tooLarge = gatekeeper.ask(large, on: &connection, at: .noon)
        #expect(tooLarge.rule == .carrierSize && answer(gatekeeper, tooLarge)?.code == 552)
        #expect(gatekeeper.ask(question("b@docomo.example"), on: &connection, at: .noon).outcome == .accepted)
        #expect(gatekeeper.ask(question("c@SUB.docomo.example."), on: &connection, at: .noon).outcome == .accepted)
        let third = gatekeeper.ask(question("d@docomo.example"), on: &connection, at: .noon)
        #expect(third.rule == .carrierRecipients)
        #expect(answer(gatekeeper, third)?.code == 452 && answer(gatekeeper, third)?.status == "4.5.3")
        #expect(gatekeeper.ask(question("e@elsewhere.example"), on: &connection, at: .noon).outcome == .accepted)
        let end = Question().atEnd(recipients: 3, size: 1_000_001)
        #expect(gatekeeper.ask(end, on: &connection, at: .noon).rule == .carrierSize)
    }

    @Test func aCarrierThatIsFullTakesNothingFromTheAccount() {
        var gatekeeper = Self.gatekeeper()
        for number in 0..<4 {
            let question = Question(recipient: "a@docomo.example", instance: "1.\(number)")
            #expect(gatekeeper.send(question, at: .noon).outcome == .accepted)
        }
        let verdict = gatekeeper.send(Question(recipient: "a@docomo.example", instance: "2"), at: .noon)
        #expect(verdict.rule == .carrierAccept && verdict.outcome == .deferred)
        #expect(verdict.limit?.freeAgain == Moment.noon.wall + .minute)
        #expect(answer(gatekeeper, verdict)?.text.hasPrefix("docomo: 4 of 4 recipients per minute") == true)
        let limit = Limit(100, .messages, per: .rolling(.day))
        #expect(gatekeeper.count(limit, login: "taro@example.org", at: .noon) == 4)
    }

    @Test func aNewRulebookKeepsWhatCarriersHaveCounted() {
        var gatekeeper = Self.gatekeeper()
        gatekeeper.meters.keepsJournal = true
        var connection = Connection()
        for number in 0..<3 {
            _ = gatekeeper.send(Question(recipient: "a@docomo.example", instance: "1.\(number)"), at: .noon)
        }
        let open = Question(recipient: "a@docomo.example", instance: "2")
        #expect(gatekeeper.ask(open, on: &connection, at: .noon).outcome == .accepted)
        var rules = gatekeeper.rulebook
        rules.carriers.insert(Carrier(name: "softbank", domains: ["softbank.example"], perSecond: 1), at: 0)
        gatekeeper.replaceRulebook(rules, at: .noon)
        let carriers = gatekeeper.meters.drainJournal().map(\.key).filter { $0.kind == .carrier }
        #expect(carriers == Array(repeating: MeterKey(.carrier, 1), count: 3))
        let next = Question(recipient: "a@docomo.example", instance: "3")
        #expect(gatekeeper.send(next, at: .noon).rule == .carrierAccept)
        gatekeeper.end(&connection, at: .noon)
        #expect(gatekeeper.send(next.with { $0.instance = "4" }, at: .noon).outcome == .accepted)
        rules.carriers = []
        gatekeeper.replaceRulebook(rules, at: .noon)
        var stale = Verdict(.deferred, .carrierAccept, carrier: 1)
        stale.account = 0
        #expect(answer(gatekeeper, stale) != nil)
    }

    @Test func manySourceNetworksMarkTheAccountOnce() {
        var gatekeeper = Self.gatekeeper()
        for network in 0..<40 {
            let question = Question(client: "10.0.\(network).1", instance: "1.\(network)")
            _ = gatekeeper.send(question, at: .noon + Milliseconds(network) * 1000)
        }
        let signs = gatekeeper.takeSigns()
        #expect(signs.count == 1)
        #expect(signs.first?.marks == .manyNetworks)
        #expect(signs.first?.evidence == "12 networks in the last hour")
        #expect(gatekeeper.takeSigns().isEmpty)
    }

    @Test func manyUnknownRecipientsAndABurstMarkTheAccount() {
        var gatekeeper = Self.gatekeeper()
        for number in 0..<70 {
            let question = Question(recipient: "guess\(number)@example.org", instance: "1.\(number)")
            _ = gatekeeper.send(question, at: .noon)
        }
        let marks = gatekeeper.takeSigns().map(\.marks)
        #expect(marks == [.manyUnknownRecipients, [.manyUnknownRecipients, .farAboveItsPast]])
    }

    /// A restart gives back what was counted, and with it what is usual.
    @Test func whoAlwaysSendsMuchIsNoBurstAfterARestartEither() throws {
        for isUsual in [false, true] {
            var gatekeeper = Self.gatekeeper { $0.plans[1].limits = [] }
            let account = try #require(gatekeeper.accounts.find("taro@example.org"))
            for hour in 1..<24 where isUsual {
                gatekeeper.restore(
                    Amount(messages: 80, recipients: 80), of: MeterKey(.account, account),
                    at: (Moment.noon + Milliseconds(hour - 24) * .hour).steady)
            }
            for number in 0..<70 { _ = gatekeeper.send(Question(instance: "1.\(number)"), at: .noon) }
            #expect(gatekeeper.takeSigns().map(\.marks) == (isUsual ? [] : [.farAboveItsPast]))
        }
    }

    @Test func whatIsPutOffIsNoSign() {
        var gatekeeper = Self.gatekeeper { $0.plans[0].limits = [Limit(1, .messages, per: .rolling(.day))] }
        _ = gatekeeper.send(Self.byNew, at: .noon)
        _ = gatekeeper.send(
            Self.byNew.with {
                $0.state = .endOfMessage
                $0.recipientCount = 1
            }, at: .noon)
        for number in 0..<70 {
            let question = Self.byNew.with {
                $0.recipient = "guess\(number)@example.org"
                $0.instance = "2.\(number)"
            }
            #expect(gatekeeper.send(question, at: .noon).outcome == .deferred)
        }
        #expect(!gatekeeper.takeSigns().contains { $0.marks.contains(.manyUnknownRecipients) })
    }

    @Test func anAccountThatIsMarkedAllTheTimeOffendsAllTheTime() throws {
        var gatekeeper = Self.gatekeeper { $0.signs.unknownRecipientsPerHour = 1 }
        let account = try #require(gatekeeper.accounts.find("taro@example.org"))
        for hour in 0..<5 {
            let question = Question(recipient: "guess@example.org", instance: "1.\(hour)")
            _ = gatekeeper.send(question, at: .noon + Milliseconds(hour) * 30 * .minute)
        }
        #expect(gatekeeper.takeSigns().count == 1)
        #expect(gatekeeper.accounts[account].lastOffence == (Moment.noon + 120 * .minute).wall)
        #expect(gatekeeper.takeOffences().map(\.account) == Array(repeating: account, count: 5))
        #expect(gatekeeper.takeOffences().isEmpty)
    }

    /// Promise 1, of what the client does not claim.
    @Test func aCarriersBytesAreThoseOfTheMessageAndNotOfTheClaim() {
        var carrier = Self.carrier
        carrier.acceptLimits = [Limit(1_000, .bytes, per: .rolling(.hour))]
        carrier.recipientsPerMessage = nil
        var gatekeeper = Self.gatekeeper { $0.carriers = [carrier] }
        func send(_ number: Int, claims: Int64, has: Int64) -> Verdict {
            var connection = Connection()
            let question = Question(
                recipient: "a@docomo.example", instance: "1.\(number)", size: claims)
            let first = gatekeeper.ask(question, on: &connection, at: .noon)
            return first.outcome == .accepted
                ? gatekeeper.ask(question.atEnd(size: has), on: &connection, at: .noon) : first
        }
        #expect(send(1, claims: 0, has: 600).outcome == .accepted)
        #expect(send(2, claims: 0, has: 600).rule == .carrierAccept)
        #expect(send(3, claims: 400, has: 100).outcome == .accepted)
        #expect(send(4, claims: 0, has: 300).outcome == .accepted)
        #expect(send(5, claims: 0, has: 1).rule == .carrierAccept)
    }

    @Test func aLimitThatACarrierGetsLaterKnowsWhatWasBeforeIt() throws {
        var carrier = Self.carrier
        carrier.acceptLimits = []
        var gatekeeper = Self.gatekeeper { $0.carriers = [carrier] }
        for number in 0..<4 {
            _ = gatekeeper.send(Question(recipient: "a@docomo.example", instance: "1.\(number)"), at: .noon)
        }
        var rules = gatekeeper.rulebook
        rules.carriers = [Self.carrier]
        gatekeeper.replaceRulebook(rules, at: .noon)
        let question = Question(recipient: "a@docomo.example", instance: "2")
        #expect(gatekeeper.send(question, at: .noon).rule == .carrierAccept)
    }

    @Test func oneMessageToManyIsNoBurst() {
        var gatekeeper = Self.gatekeeper()
        var connection = Connection()
        for number in 0..<100 {
            _ = gatekeeper.ask(Question(recipient: "a\(number)@elsewhere.example"), on: &connection, at: .noon)
        }
        #expect(gatekeeper.takeSigns().isEmpty)
    }

    @Test func knownRecipientsAreNotUnknown() {
        var gatekeeper = Self.gatekeeper { $0.signs.unknownRecipientsPerHour = 1 }
        let known = [
            "taro@example.org", "Postmaster@example.org", "taro+x@example.org", "hanako@example.net",
            "who@elsewhere.example",
        ]
        for (number, recipient) in known.enumerated() {
            _ = gatekeeper.send(Question(recipient: recipient, instance: "\(number)"), at: .noon)
        }
        #expect(gatekeeper.takeSigns().isEmpty)
        _ = gatekeeper.send(Question(recipient: "who@example.net", instance: "x"), at: .noon)
        #expect(gatekeeper.takeSigns().count == 1)
    }

    @Test func otherStatesAreNotJudged() {
        var gatekeeper = Self.gatekeeper()
        var connection = Connection()
        let question = Question(state: .other, login: "")
        #expect(gatekeeper.ask(question, on: &connection, at: .noon).rule == .notJudged)
    }

    @Test func aReplyFitsALineWhateverTheClientSays() throws {
        var gatekeeper = Self.gatekeeper()
        let long = String(repeating: "a", count: 1900) + "@elsewhere.example"
        let verdict = gatekeeper.send(Question(sender: long), at: .noon)
        let reply = try #require(answer(gatekeeper, verdict, sender: long))
        #expect(reply.text.utf8.count < 500)
    }
}
