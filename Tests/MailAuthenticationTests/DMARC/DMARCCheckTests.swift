import Testing

@testable import MailAuthentication

@Suite struct DMARCCheckTests {
    private func check(
        _ author: DomainName, spf: DMARCIdentifier? = nil, dkim: [DMARCIdentifier] = [], in zone: DMARCZone,
        rule: DMARCCheck.OrganizationalDomainRule = .treeWalk
    ) async -> DMARCOutcome {
        await DMARCCheck(resolver: zone, organizationalDomainRule: rule)
            .check(DMARCMessage(authors: [author], spf: spf, dkim: dkim), trace: true)
    }

    // MARK: The examples of RFC 9989

    /// Section 4.10.
    @Test func aWalkTakesEightQuestionsAtMost() async {
        let zone = DMARCZone([:])
        let outcome = await check("a.b.c.d.e.f.g.h.i.j.mail.example.com", in: zone)
        #expect(outcome.result == .none)
        #expect(outcome.reason == .noRecord)
        #expect(
            zone.walked == [
                "a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com", "h.i.j.mail.example.com",
                "i.j.mail.example.com", "j.mail.example.com", "mail.example.com", "example.com", "com",
            ])
    }

    /// Section 5.1.8.
    @Test func aRecordInTheSkippedPartIsNotSeen() async {
        let zone = DMARCZone([
            "example.com": "v=DMARC1; p=quarantine", "b.c.d.e.f.g.example.com": "v=DMARC1; p=reject; psd=n",
        ])
        let outcome = await check("mail.a.b.c.d.e.f.g.example.com", in: zone)
        #expect(outcome.recordDomain == "example.com")
        #expect(outcome.requestedPolicy == .quarantine)
        #expect(
            zone.walked == [
                "mail.a.b.c.d.e.f.g.example.com", "c.d.e.f.g.example.com", "d.e.f.g.example.com", "e.f.g.example.com",
                "f.g.example.com", "g.example.com", "example.com", "com",
            ])
    }

    /// Section 4.10.2: the start, the records, the organizational domain.
    @Test(
        arguments: [
            (["mail.example.com": "", "example.com": ""], "example.com"),
            (["mail.example.com": "psd=n", "example.com": ""], "mail.example.com"),
            (["com": "psd=y"], "example.com"),
            (["a.mail.example.com": "psd=y", "com": ""], "a.mail.example.com"),
            (["example.com": "psd=y", "com": ""], "mail.example.com"),
            (["com": ""], "com"),
            ([:], "a.mail.example.com"),
        ] as [([String: String], DomainName)])
    func theOrganizationalDomainIsFoundByTheWalk(_ tags: [String: String], _ organization: DomainName) async {
        let zone = DMARCZone(
            Dictionary(uniqueKeysWithValues: tags.map { (DomainName($0), "v=DMARC1; p=none; \($1)") }))
        var walk = DNSTreeWalk(start: "a.mail.example.com")
        for name in DNSTreeWalk.names(from: walk.start) {
            let answer = await zone.answer(to: Question(DomainName("_dmarc." + name.text), .txt))
            guard case .text(let text)? = answer.records.first, let record = DMARCRecord(parsing: text) else {
                continue
            }
            if walk.add(record, at: name) { break }
        }
        #expect(walk.organizationalDomain == organization)
    }

    /// Appendix B.1.1 and B.1.2.
    @Test(
        arguments: [
            ("example.com", "example.com", true, true), ("example.com", "child.example.com", true, false),
            ("child.example.com", "example.com", true, false), ("example.com", "example.net", false, false),
            ("foo.example.com", "bar.example.com", true, false),
        ] as [(DomainName, DomainName, Bool, Bool)])
    func identifiersAreAligned(_ author: DomainName, _ identifier: DomainName, _ relaxed: Bool, _ strict: Bool) async {
        for (mode, isAligned) in [("r", relaxed), ("s", strict)] {
            let zone = DMARCZone(["example.com": "v=DMARC1; p=reject; aspf=\(mode); adkim=\(mode)"])
            let spf = await check(author, spf: .init(identifier, .pass), in: zone)
            #expect(spf.result == (isAligned ? .pass : .fail))
            #expect(spf.aligned == (isAligned ? [.init(mechanism: .spf, domain: identifier)] : []))
            let dkim = await check(author, dkim: [.init("other.example", .pass), .init(identifier, .pass)], in: zone)
            #expect(dkim.result == (isAligned ? .pass : .fail))
            #expect(dkim.aligned == (isAligned ? [.init(mechanism: .dkim, domain: identifier)] : []))
        }
    }

    /// Appendix B.4.1.
    @Test func aSigningSubdomainWithARecordOfItsOwnIsAligned() async {
        let zone = DMARCZone([
            "example.com": "v=DMARC1; p=reject", "signing.example.com": "v=DMARC1; p=none",
        ])
        let outcome = await check(
            "example.com", spf: .init("example.com", .pass), dkim: [.init("signing.example.com", .pass)], in: zone)
        #expect(outcome.result == .pass)
        #expect(outcome.aligned.count == 2)
        #expect(outcome.organizationalDomain == "example.com")
        #expect(outcome.recordDomain == "example.com")
    }

    /// Appendix B.4.2.
    @Test func aDeepAuthorTakesThePolicyOfItsOrganization() async {
        let zone = DMARCZone([
            "example.com": "v=DMARC1; p=reject", "signing.example.com": "v=DMARC1; p=none",
        ])
        let author: DomainName = "a.b.c.d.e.f.g.h.i.j.k.example.com"
        let passed = await check(author, dkim: [.init("signing.example.com", .pass)], in: zone)
        #expect(passed.result == .pass)
        let failed = await check(author, in: zone)
        #expect(failed.result == .fail)
        #expect(failed.recordDomain == "example.com")
        #expect(failed.organizationalDomain == "example.com")
        #expect(failed.requestedPolicy == .reject)
    }

    /// Appendix B.4.3.
    @Test func aPublicSuffixWithARecordParts() async {
        let zone = DMARCZone([
            "bank.example": "v=DMARC1; p=reject; psd=y", "giant.bank.example": "v=DMARC1; p=quarantine",
        ])
        let giant = await check(
            "giant.bank.example", spf: .init("mail.giant.bank.example", .pass),
            dkim: [.init("mail.mega.bank.example", .pass)], in: zone)
        #expect(giant.result == .pass)
        #expect(giant.organizationalDomain == "giant.bank.example")
        #expect(giant.aligned == [.init(mechanism: .spf, domain: "mail.giant.bank.example")])
        // One without a record of its own has the suffix's.
        let mega = await check("mega.bank.example", in: zone)
        #expect(mega.result == .fail)
        #expect(mega.recordDomain == "bank.example")
        #expect(mega.organizationalDomain == "mega.bank.example")
        #expect(mega.requestedPolicy == .reject)
        // The suffix's own record is not taken where the organization has one.
        let below = await check("x.giant.bank.example", in: zone)
        #expect(below.recordDomain == "giant.bank.example")
        #expect(below.requestedPolicy == .quarantine)
    }

    // MARK: The policy

    @Test func thePolicyForASubdomainIsSpOrNpOrP() async {
        let exists: [Question: Answer] = [
            Question("here.example.com", .mx): Answer(.records([.mx(preference: 0, exchange: "")])),
            Question("only.example.com", .txt): Answer(.records([.text([])])),
        ]
        let cases: [(String, DomainName, DMARCOutcome.PolicyTag, DMARCRecord.Policy)] = [
            ("p=reject; sp=quarantine; np=none", "example.com", .p, .reject),
            ("p=reject; sp=quarantine; np=none", "here.example.com", .sp, .quarantine),
            ("p=reject; sp=quarantine; np=none", "gone.example.com", .np, .none),
            // It exists in the DNS, but with nothing that mail could go to.
            ("p=reject; sp=quarantine; np=none", "only.example.com", .np, .none),
            ("p=quarantine; np=reject", "here.example.com", .p, .quarantine),
            ("p=quarantine; np=reject", "gone.example.com", .np, .reject),
            ("p=none; sp=reject", "gone.example.com", .sp, .reject),
            ("p=none", "gone.example.com", .p, .none),
            ("p=reject; t=y", "example.com", .p, .quarantine),
            ("p=quarantine; t=y", "example.com", .p, .none),
            ("p=none; t=y", "example.com", .p, .none),
            ("p=none; np=reject; t=y", "gone.example.com", .np, .quarantine),
            // The old sampling is not applied.
            ("p=reject; pct=0", "example.com", .p, .reject),
        ]
        for (tags, author, tag, policy) in cases {
            let zone = DMARCZone(["example.com": "v=DMARC1; \(tags)"], answers: exists)
            let outcome = await check(author, in: zone)
            #expect(outcome.result == .fail)
            #expect(outcome.policyTag == tag, "\(tags), \(author)")
            #expect(outcome.requestedPolicy == policy, "\(tags), \(author)")
        }
    }

    @Test func aRecordThatNamesNoPolicyAsksForNone() async {
        for text in ["v=DMARC1", "v=DMARC1;", "v=DMARC1; rua=mailto:a@example.com"] {
            let outcome = await check("example.com", in: DMARCZone(["example.com": text]))
            #expect(outcome.result == .fail, "\(text)")
            #expect(outcome.policyTag == .p, "\(text)")
            #expect(outcome.requestedPolicy == DMARCRecord.Policy.none, "\(text)")
        }
        // What is said of names below holds for them all the same.
        let below = await check("here.example.com", in: DMARCZone(["example.com": "v=DMARC1; sp=reject"]))
        #expect(below.requestedPolicy == .reject)
    }

    @Test func aRecordWithoutAUsablePolicyIsNoneIfItWantsReports() async {
        for tags in ["p=nothing", "p=reject; sp=nothing", "p=reject; np=nothing"] {
            let without = await check("example.com", in: DMARCZone(["example.com": "v=DMARC1; \(tags)"]))
            #expect(without.result == .permerror)
            #expect(without.requestedPolicy == .none)
            guard case .unusableRecord(let problem) = without.reason else {
                Issue.record("\(without.reason)")
                continue
            }
            #expect(problem != nil)
            let wanting = DMARCZone(["example.com": "v=DMARC1; \(tags); rua=mailto:a@example.com"])
            let with = await check("example.com", in: wanting)
            #expect(with.result == .fail)
            #expect(with.requestedPolicy == .none)
        }
    }

    @Test func severalRecordsAtOneNameAreNone() async {
        let two = Answer(.records(["v=DMARC1; p=reject", "v=DMARC1; p=none"].map { .text(Array($0.utf8)) }))
        let zone = DMARCZone(
            ["com": "v=DMARC1; p=quarantine; psd=y"], answers: [Question("_dmarc.example.com", .txt): two])
        let outcome = await check("example.com", in: zone)
        #expect(outcome.recordDomain == "com")
        #expect(outcome.trace.contains(.severalRecords(at: "example.com", 2)))
        // One beside texts of other kinds is one.
        let mixed = Answer(.records(["v=spf1 -all", "v=DMARC1; p=reject"].map { .text(Array($0.utf8)) }))
        let other = DMARCZone([:], answers: [Question("_dmarc.example.com", .txt): mixed])
        #expect(await check("example.com", in: other).requestedPolicy == .reject)
    }

    // MARK: Errors

    @Test func aLookupThatFailsIsATemporaryError() async {
        for failure in [ResolverFailure.timedOut, .serverFailed, .refused, .bogus, .malformed] {
            let zone = DMARCZone([:], answers: [Question("_dmarc.example.com", .txt): Answer(.failed(failure))])
            let outcome = await check("example.com", spf: .init("example.com", .pass), in: zone)
            #expect(outcome.result == .temperror)
            #expect(outcome.reason == .lookupFailed("_dmarc.example.com", failure))
        }
        // While it is found out whether the author exists.
        let zone = DMARCZone(
            ["example.com": "v=DMARC1; p=none; np=reject"],
            answers: [
                Question("a.example.com", .a): Answer(.failed(.timedOut)),
                Question("a.example.com", .aaaa): Answer(.noData),
                Question("a.example.com", .mx): Answer(.noData),
            ])
        #expect(await check("a.example.com", in: zone).result == .temperror)
    }

    @Test func aLookupThatCannotChangeThePolicyIsNotMissed() async {
        let failed = [
            Question("a.example.com", .a): Answer(.failed(.timedOut)),
            Question("a.example.com", .aaaa): Answer(.failed(.timedOut)),
        ]
        // np is what applies anyway.
        let same = DMARCZone(["example.com": "v=DMARC1; p=reject; np=reject"], answers: failed)
        let outcome = await check("a.example.com", in: same)
        #expect(outcome.result == .fail && outcome.requestedPolicy == .reject)
        // An exchange tells what the addresses do not.
        let mail = [Question("a.example.com", .mx): Answer(.records([.mx(preference: 0, exchange: "m.example")]))]
        let other = DMARCZone(
            ["example.com": "v=DMARC1; p=quarantine; np=reject"], answers: failed.merging(mail) { $1 })
        let there = await check("a.example.com", in: other)
        #expect(there.result == .fail && there.requestedPolicy == .quarantine)
    }

    @Test func whatAnotherIdentifierProvesStandsThoughALookupFails() async {
        let zone = DMARCZone(
            ["example.com": "v=DMARC1; p=reject"],
            answers: [Question("_dmarc.mail.example.com", .txt): Answer(.failed(.timedOut))])
        let both = await check(
            "example.com", spf: .init("mail.example.com", .pass), dkim: [.init("example.com", .pass)], in: zone)
        #expect(both.result == .pass)
        let one = await check("example.com", spf: .init("mail.example.com", .pass), in: zone)
        #expect(one.result == .temperror)
    }

    @Test func anAlignedIdentifierThatCouldNotBeCheckedLeavesItOpen() async {
        let zone = DMARCZone(["example.com": "v=DMARC1; p=reject"])
        let open = await check("example.com", dkim: [.init("mail.example.com", .temperror)], in: zone)
        #expect(open.result == .temperror)
        #expect(open.reason == .undecided(.init(mechanism: .dkim, domain: "mail.example.com")))
        let unaligned = await check("example.com", dkim: [.init("example.net", .temperror)], in: zone)
        #expect(unaligned.result == .fail)
        let passed = await check(
            "example.com", spf: .init("example.com", .temperror), dkim: [.init("example.com", .pass)], in: zone)
        #expect(passed.result == .pass)
    }

    @Test func aMessageHasToHaveOneAuthorDomain() async {
        let check = DMARCCheck(resolver: DMARCZone(["example.com": "v=DMARC1; p=reject"]))
        let none = await check.check(DMARCMessage(authors: [], spf: nil, dkim: []))
        #expect(none.result == .none)
        #expect(none.reason == .noAuthor)
        let two = await check.check(DMARCMessage(authors: ["example.com", "example.net"], spf: nil, dkim: []))
        #expect(two.result == .permerror)
        #expect(two.reason == .severalAuthors(["example.com", "example.net"]))
        let same = await check.check(DMARCMessage(authors: ["example.com", "EXAMPLE.com"], spf: nil, dkim: []))
        #expect(same.result == .fail)
        let fields = await check.check(DMARCMessage(authors: ["example.com"], spf: nil, dkim: [], fromFields: 2))
        #expect(fields.result == .permerror)
        #expect(fields.reason == .severalFromFields(2))
        // A domain literal is not asked for.
        for name in ["a..b", "[192.0.2.1]", String(repeating: "a", count: 64) + ".com", ""] {
            let bad = await check.check(DMARCMessage(authors: [DomainName(name)], spf: nil, dkim: []))
            #expect(bad.result == .permerror)
        }
    }

    @Test func anAuthorInULabelsIsFoundUnderItsALabels() async {
        let zone = DMARCZone(["xn--bcher-kva.example": "v=DMARC1; p=reject"])
        for author: DomainName in [
            "b\u{fc}cher.example", "B\u{dc}CHER.example", "b\u{fc}cher\u{3002}example", "bu\u{308}cher.example",
            "\u{ff42}\u{fc}\u{ff23}her\u{ff0e}example", "b\u{fc}cher\u{ff61}example",
        ] {
            let outcome = await check(author, dkim: [.init("xn--bcher-kva.example", .pass)], in: zone)
            #expect(outcome.result == .pass)
            #expect(outcome.author == "xn--bcher-kva.example")
        }
    }

    // MARK: Cost

    @Test func whatNeedsNoWalkTakesNone() async {
        let zone = DMARCZone(["example.com": "v=DMARC1; p=reject"])
        _ = await check("example.com", spf: .init("example.com", .pass), dkim: [.init("example.net", .pass)], in: zone)
        #expect(zone.walked == ["example.com"])
        let strict = DMARCZone(["example.com": "v=DMARC1; p=reject; aspf=s"])
        _ = await check("example.com", spf: .init("mail.example.com", .pass), in: strict)
        #expect(strict.walked == ["example.com"])
    }

    @Test func noNameIsAskedTwiceAndHundredsOfSignaturesAreBounded() async {
        let zone = DMARCZone(["example.com": "v=DMARC1; p=reject; psd=n"])
        let dkim = (0..<500).map { DMARCIdentifier(DomainName("s\($0).x.y.z.example.com"), .pass) }
        let outcome = await check("www.example.com", spf: nil, dkim: dkim, in: zone)
        #expect(outcome.result == .pass)
        #expect(Set(zone.asked).count == zone.asked.count)
        #expect(zone.asked.count < 30)
        #expect(outcome.trace.contains(.identifiersLeftOut(484)))
    }

    @Test func traceIsKeptOnlyWhereItIsAskedFor() async {
        let zone = DMARCZone(["example.com": "v=DMARC1; p=reject"])
        let message = DMARCMessage(authors: ["example.com"], spf: nil, dkim: [])
        #expect(await DMARCCheck(resolver: zone).check(message).trace.isEmpty)
        let trace = await DMARCCheck(resolver: zone).check(message, trace: true).trace.map(\.description)
        #expect(trace == ["_dmarc.example.com: 1 record", "record of example.com", "policy p=reject"])
    }
}
