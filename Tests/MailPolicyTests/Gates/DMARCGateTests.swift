import Testing

@testable import MailPolicy

@Suite("Mail that its author's domain disowns")
struct DMARCGateTests {
    private let source: IPAddress

    init() throws { source = try #require(IPAddress("192.0.2.7")) }

    private func gatekeeper(
        _ enforcement: DMARCRules.Enforcement, sealers: [String] = [],
        _ change: (inout SourceRules) throws -> Void = { _ in }
    ) throws -> Gatekeeper {
        var sources = SourceRules()
        try change(&sources)
        return Gatekeeper(
            rulebook: Rulebook(
                plans: [Plan(name: "new", limits: [])], sources: sources,
                dmarc: DMARCRules(enforcement: enforcement, trustedSealers: sealers)),
            seed: 3)
    }

    private func message(
        _ request: DisownedMessage.Request, sealers: [String] = [], passedAtFirstSealer: Bool = false
    ) -> DisownedMessage {
        DisownedMessage(
            source: source, request: request, sealers: sealers,
            passedAtFirstSealer: passedAtFirstSealer)
    }

    @Test func noMoreIsDoneThanTheDomainAsksForAndTheSiteAllows() throws {
        let expected: [DMARCRules.Enforcement: [Verdict.Outcome?]] = [
            .off: [nil, nil, nil], .tag: [.accepted, .accepted, .accepted], .quarantine: [.accepted, .held, .held],
            .reject: [.accepted, .held, .refused],
        ]
        for (enforcement, outcomes) in expected {
            var gatekeeper = try gatekeeper(enforcement)
            for (request, outcome) in zip(DisownedMessage.Request.allCases, outcomes) {
                #expect(gatekeeper.judge(message(request), at: .noon)?.outcome == outcome)
            }
        }
    }

    @Test func everySealerMustBeTrustedAndTheFirstMustHaveSeenItPass() throws {
        var gatekeeper = try gatekeeper(.reject, sealers: ["lists.example", "relay.example"])
        func rule(_ sealers: [String], _ passed: Bool) -> Rule? {
            gatekeeper.judge(message(.reject, sealers: sealers, passedAtFirstSealer: passed), at: .noon)?.rule
        }
        #expect(rule(["lists.example"], true) == .trustedSealer)
        #expect(rule(["lists.example", "relay.example"], true) == .trustedSealer)
        #expect(rule(["lists.example"], false) == .dmarc)
        #expect(rule(["spammer.example", "lists.example"], true) == .dmarc)
        #expect(rule([], true) == .dmarc)
    }

    @Test func whatTheDomainWantsStoppedCountsAgainstItsSource() throws {
        var gatekeeper = try gatekeeper(.reject)
        for request in DisownedMessage.Request.allCases { _ = gatekeeper.judge(message(request), at: .noon) }
        let address = try #require(gatekeeper.addresses.find(Network(source)))
        let record = gatekeeper.addresses[address]
        #expect(record.count(.failedDMARC, at: Moment.noon.steady) == 2)
        #expect(record.refused.count(at: Moment.noon.steady) == 1)
        #expect(record.messages.count(at: Moment.noon.steady) == 0)
        #expect(record.score(by: SourceRules.Weights(failedDMARC: 5), at: Moment.noon.steady) == 10)
    }

    @Test func aWhitelistLetsItThroughAndABlockLeavesItToThePolicy() throws {
        var passed = try gatekeeper(.reject) { $0.whitelisted = [try Network(parsing: "192.0.2.0/24")] }
        #expect(passed.judge(message(.reject), at: .noon)?.rule == .whitelisted)
        var blocked = try gatekeeper(.reject) { $0.blocked = [try Network(parsing: "192.0.2.0/24")] }
        #expect(blocked.judge(message(.reject), at: .noon)?.outcome == .refused)
    }

    @Test func onlyOurOwnMailIsSigned() throws {
        let hosts = OwnHosts()
        #expect(hosts.areSigned(client: source, isAuthenticated: true))
        #expect(!hosts.areSigned(client: source, isAuthenticated: false))
        #expect(!hosts.areSigned(client: nil, isAuthenticated: false))
        #expect(hosts.areSigned(client: IPAddress("127.0.0.1"), isAuthenticated: false))
        #expect(hosts.areSigned(client: IPAddress("::1"), isAuthenticated: false))
    }
}
