import Testing

@testable import MailPolicy

@Suite("Mail that its author's domain disowns")
struct DMARCGateTests {
    private let source: IPAddress

    init() throws { source = try #require(IPAddress("192.0.2.7")) }

    private func gatekeeper(
        _ enforcement: DMARCRules.Enforcement, unknown: DMARCRules.Enforcement = .tag, sealers: [String] = [],
        _ change: (inout SourceRules) throws -> Void = { _ in }
    ) throws -> Gatekeeper {
        var sources = SourceRules()
        try change(&sources)
        return Gatekeeper(
            rulebook: Rulebook(
                plans: [Plan(name: "new", limits: [])], sources: sources,
                dmarc: DMARCRules(enforcement: enforcement, unknownAuthors: unknown, trustedSealers: sealers)),
            seed: 3)
    }

    private func message(
        _ request: DisownedMessage.Request, sealers: [String] = [], passedAtFirstSealer: Bool = false,
        areSealsUndecided: Bool = false
    ) -> DisownedMessage {
        DisownedMessage(
            source: source, request: request, sealers: sealers, passedAtFirstSealer: passedAtFirstSealer,
            areSealsUndecided: areSealsUndecided)
    }

    @Test func noMoreIsDoneThanTheDomainAsksForAndTheSiteAllows() throws {
        let expected: [DMARCRules.Enforcement: [Verdict.Outcome?]] = [
            .off: [nil, nil, nil], .tag: [.accepted, .accepted, .accepted], .quarantine: [.accepted, .held, .held],
            .reject: [.accepted, .held, .refused],
        ]
        for (enforcement, outcomes) in expected {
            var gatekeeper = try gatekeeper(enforcement)
            for (request, outcome) in zip([.none, .quarantine, .reject] as [DisownedMessage.Request], outcomes) {
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

    @Test func aDNSThatIsSilentAboutSealsThatWouldBeBelievedPutsOff() throws {
        for (enforcement, outcome) in [
            (DMARCRules.Enforcement.tag, Verdict.Outcome.accepted), (.quarantine, .deferred),
        ] {
            var gatekeeper = try gatekeeper(enforcement, sealers: ["lists.example"])
            func verdict(_ sealer: String, _ request: DisownedMessage.Request = .reject, passed: Bool = true)
                -> Verdict?
            {
                gatekeeper.judge(
                    message(request, sealers: [sealer], passedAtFirstSealer: passed, areSealsUndecided: true), at: .noon
                )
            }
            let undecided = try #require(verdict("lists.example"))
            #expect(undecided.outcome == outcome)
            #expect(verdict("lists.example", DisownedMessage.Request.none)?.outcome == .accepted)
            // Nobody gets out of a policy by seals that would not be believed if they held.
            for other in [verdict("spammer.example"), verdict("lists.example", passed: false)] {
                #expect(other?.rule == .dmarc && other?.outcome == (enforcement == .tag ? .accepted : .held))
            }
            if outcome == .deferred {
                let reply = try #require(gatekeeper.reply(to: undecided, sender: "", recipient: ""))
                #expect("\(reply.code) \(reply.status)" == "451 4.4.3" && reply.text.contains("looked up"))
            }
        }
    }

    @Test func anAuthorThatNobodyKnowsIsAMatterOfItsOwnSetting() throws {
        let expected: [(DMARCRules.Enforcement, Verdict.Outcome?)] = [
            (.off, nil), (.tag, .accepted), (.quarantine, .held), (.reject, .refused),
        ]
        for (setting, outcome) in expected {
            for enforcement in DMARCRules.Enforcement.allCases {
                var gatekeeper = try gatekeeper(enforcement, unknown: setting)
                let verdict = gatekeeper.judge(message(.unknown), at: .noon)
                #expect(verdict?.outcome == outcome && verdict?.rule.marksMessage ?? true)
                // A broken header is no forgery.
                #expect(gatekeeper.addresses.find(Network(source)) == nil)
            }
        }
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
