import Testing

@testable import MailPolicy

@Suite("MX gate")
struct MXGateTests {
    private static func gatekeeper(_ change: (inout SourceRules) -> Void = { _ in }) throws -> Gatekeeper {
        var sources = SourceRules(
            addressLimits: [Limit(5, .messages, per: .rolling(.minute))],
            networkLimits: [Limit(8, .messages, per: .rolling(.minute))],
            blocked: [try Network(parsing: "198.51.100.0/24")],
            whitelisted: [try Network(parsing: "198.51.100.128/25")])
        change(&sources)
        let carrier = Carrier(
            name: "docomo", domains: ["docomo.example"], networks: [try Network(parsing: "203.0.113.0/24")],
            perSecond: 5)
        var gatekeeper = Gatekeeper(
            rulebook: Rulebook(
                ownDomains: ["example.org"], plans: [Plan(name: "new", limits: [])], carriers: [carrier],
                sources: sources),
            seed: 5)
        gatekeeper.update([DirectoryAccount(login: "taro@example.org", signedUp: 0)])
        return gatekeeper
    }

    /// Defers after 20 unknown recipients, and for nothing else.
    private static func harvestGatekeeper() throws -> Gatekeeper {
        try gatekeeper {
            $0.harvestingAfter = 20
            $0.addressLimits = []
            $0.networkLimits = []
        }
    }

    private func question(_ client: String, _ number: Int, to recipient: String = "taro@example.org") -> Question {
        Question(
            gate: .mx, login: "", sender: "a@b.example", recipient: recipient, client: client, instance: "m.\(number)")
    }

    private func override(_ id: Int64, _ kind: Override.Kind) -> Override {
        Override(id: id, kind: kind, actor: "hanako", reason: "test", since: 0, expires: nil)
    }

    @Test func theMostSpecificListDecides() throws {
        var gatekeeper = try Self.gatekeeper()
        #expect(gatekeeper.send(question("198.51.100.1", 1), at: .noon).rule == .blocked)
        #expect(gatekeeper.send(question("198.51.100.129", 2), at: .noon).rule == .whitelisted)
        #expect(gatekeeper.send(question("203.0.113.9", 3), at: .noon).rule == .whitelisted)
        #expect(gatekeeper.send(question("192.0.2.1", 4), at: .noon).rule == .passed)
    }

    @Test func overridesBlockAndWhitelist() throws {
        var gatekeeper = try Self.gatekeeper()
        let one = try Network(parsing: "203.0.113.9")
        gatekeeper.add([override(7, .block(one))], at: .noon)
        let blocked = gatekeeper.send(question("203.0.113.9", 1), at: .noon)
        #expect(blocked.rule == .blocked && blocked.override == 7 && blocked.outcome == .refused)
        let reply = gatekeeper.reply(to: blocked, sender: "", recipient: "")
        #expect(reply?.code == 554 && reply?.status == "5.7.1")
        #expect(gatekeeper.send(question("203.0.113.10", 2), at: .noon).rule == .whitelisted)
        gatekeeper.add([override(8, .whitelist(one, carrier: nil))], at: .noon)
        #expect(gatekeeper.send(question("203.0.113.9", 3), at: .noon).override == 8)
        gatekeeper.remove([8], at: .noon)
        #expect(gatekeeper.send(question("203.0.113.9", 4), at: .noon).override == 7)
    }

    @Test func addressesAndNetworksAreHeldToTheirLimits() throws {
        var gatekeeper = try Self.gatekeeper()
        func pass(_ client: String, _ numbers: Range<Int>) -> Int {
            numbers.filter { gatekeeper.send(question(client, $0), at: .noon).outcome == .accepted }.count
        }
        #expect(pass("192.0.2.1", 0..<10) == 5)
        #expect(pass("192.0.2.2", 10..<20) == 3)
        #expect(pass("192.0.3.1", 20..<30) == 5)
        let verdict = gatekeeper.send(question("192.0.2.3", 40), at: .noon)
        #expect(verdict.rule == .sourceLimit)
        #expect(gatekeeper.reply(to: verdict, sender: "", recipient: "")?.code == 450)
        #expect(gatekeeper.send(question("192.0.2.3", 41), at: .noon + .minute).outcome == .accepted)
    }

    @Test func aRepeatIsCountedOnceAlsoOnANewConnection() throws {
        var gatekeeper = try Self.gatekeeper()
        for _ in 0..<20 {
            var connection = Connection()
            #expect(gatekeeper.ask(question("192.0.2.1", 1), on: &connection, at: .noon).outcome == .accepted)
            gatekeeper.end(&connection, at: .noon)
        }
        for number in 2..<6 {
            #expect(gatekeeper.send(question("192.0.2.1", number), at: .noon).outcome == .accepted)
        }
        #expect(gatekeeper.send(question("192.0.2.1", 7), at: .noon).outcome == .deferred)
    }

    @Test func unknownRecipientsAreCountedOrRefused() throws {
        var counting = try Self.gatekeeper()
        let unknown = question("192.0.2.1", 1, to: "who@example.org")
        #expect(counting.send(unknown, at: .noon).outcome == .accepted)
        let index = try #require(counting.addresses.find(try Network(parsing: "192.0.2.1")))
        #expect(counting.addresses[index].count(.unknownRecipient, at: Moment.noon.steady) == 1)
        var refusing = try Self.gatekeeper { $0.unknownRecipients = .refuse }
        let verdict = refusing.send(unknown, at: .noon)
        #expect(verdict.rule == .unknownRecipient)
        let reply = refusing.reply(to: verdict, sender: "", recipient: "who@example.org")
        #expect(reply == SMTPReply(550, subject: 1, detail: 1, text: "<who@example.org>: user unknown"))
    }

    @Test func aHarvesterIsStopped() throws {
        var gatekeeper = try Self.harvestGatekeeper()
        for number in 0..<20 {
            let guess = question("192.0.2.1", number, to: "guess\(number)@example.org")
            #expect(gatekeeper.send(guess, at: .noon).outcome == .accepted)
        }
        #expect(gatekeeper.send(question("192.0.2.1", 99), at: .noon).rule == .harvesting)
        #expect(gatekeeper.send(question("192.0.2.2", 100), at: .noon).outcome == .accepted)
        #expect(gatekeeper.send(question("192.0.2.1", 101), at: .noon + .hour).outcome == .accepted)
    }

    /// Promise 2: what was put off counts for nothing.
    @Test func whatIsPutOffForHarvestingDoesNotProlongIt() throws {
        var gatekeeper = try Self.harvestGatekeeper()
        for number in 0..<20 {
            _ = gatekeeper.send(question("192.0.2.1", number, to: "guess\(number)@example.org"), at: .noon)
        }
        for minute in 1..<60 {
            let guess = question("192.0.2.1", 100 + minute, to: "again\(minute)@example.org")
            #expect(gatekeeper.send(guess, at: .noon + Milliseconds(minute) * .minute).rule == .harvesting)
        }
        #expect(gatekeeper.send(question("192.0.2.1", 500), at: .noon + .hour + .minute).outcome == .accepted)
        let source = try #require(IPAddress("192.0.2.1"))
        let record = try #require(gatekeeper.addresses.find(Network(source)))
        let later = (Moment.noon + 59 * .minute).steady
        #expect(gatekeeper.addresses[record].count(.unknownRecipient, at: later) == 20)
        #expect(gatekeeper.addresses[record].count(.overLimit, at: later) == 59)
    }

    /// Whose /64 it is takes another address for each guess.
    @Test func aHarvesterOfManyIPv6AddressesIsStoppedAndItsIPv4NeighboursAreNot() throws {
        var gatekeeper = try Self.harvestGatekeeper()
        for number in 0..<20 {
            for source in ["2001:db8::\(number + 1)", "192.0.2.\(number + 1)"] {
                let guess = question(source, number, to: "guess\(number)@example.org")
                #expect(gatekeeper.send(guess, at: .noon).outcome == .accepted)
            }
        }
        #expect(gatekeeper.send(question("2001:db8::ffff", 99), at: .noon).rule == .harvesting)
        #expect(gatekeeper.send(question("2001:db8:0:1::1", 100), at: .noon).outcome == .accepted)
        #expect(gatekeeper.send(question("192.0.2.99", 101), at: .noon).outcome == .accepted)
    }

    @Test func aScoreIsTheSumOfItsParts() throws {
        var gatekeeper = try Self.gatekeeper()
        for number in 0..<4 {
            _ = gatekeeper.send(question("192.0.2.1", number, to: "guess\(number)@example.org"), at: .noon)
        }
        let forged = Question(login: "taro@example.org", sender: "x@y.example", client: "192.0.2.1")
        _ = gatekeeper.send(forged, at: .noon)
        _ = gatekeeper.send(Question(login: "", client: "192.0.2.1", instance: "u"), at: .noon)
        let index = try #require(gatekeeper.addresses.find(try Network(parsing: "192.0.2.1")))
        let score = gatekeeper.addresses[index].score(by: SourceRules.Weights(), at: Moment.noon.steady)
        #expect(score == 4 * 1 + 3 + 1)
    }
}
