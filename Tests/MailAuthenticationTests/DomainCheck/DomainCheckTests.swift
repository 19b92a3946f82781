import MailPolicy
import Testing

@testable import MailAuthentication

@Suite struct DomainCheckTests {
    private static let good = """
        isp.example TXT v=spf1 ip4:192.0.2.0/24 include:_spf.isp.example -all
        _spf.isp.example TXT v=spf1 ip6:2001:db8::/32 -all
        isp.example MX mx.isp.example
        mx.isp.example A 192.0.2.25
        _dmarc.isp.example TXT v=DMARC1; p=reject; rua=mailto:d@isp.example
        202611._domainkey.isp.example TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
        """

    private func report(
        _ lines: String, of domain: DomainName = "isp.example", from addresses: [String] = ["192.0.2.7"],
        selectors: [DomainName] = ["202611"]
    ) async throws -> DomainReport {
        await DomainCheck(resolver: Zone(lines)).check(
            domain, addresses: try addresses.map { try #require(IPAddress($0)) }, selectors: selectors)
    }

    /// The good zone with some of its lines in another form.
    private func changed(_ old: String, _ new: String) -> String {
        #expect(Self.good.contains(old))
        return Self.good.replacing(old, with: new)
    }

    private func texts(_ report: DomainReport, _ area: DomainReport.Area) -> [String] {
        report.findings.filter { $0.area == area }.map { "\($0.severity.rawValue): \($0.text)" }
    }

    @Test func ofAGoodDomainAllIsToldAndNothingIsWrong() async throws {
        let report = try await report(Self.good, from: ["192.0.2.7", "2001:db8::9"])
        #expect(report.findings == [])
        #expect(report.spfRecord?.hasPrefix("v=spf1 ip4") == true && report.spfLookups == 1)
        #expect(report.coverage.map(\.result) == [.pass, .pass])
        #expect(report.coverage.map(\.mechanism) == ["ip4:192.0.2.0/24", "include:_spf.isp.example"])
        #expect(report.keys.map(\.type) == [.ed25519])
        #expect(report.dmarcPolicy == .reject && report.dmarcDomain == "isp.example")
        #expect(report.exchanges.map(\.name) == ["mx.isp.example"])
    }

    @Test func anAddressThatIsNotCoveredIsToldWithWhatWouldCoverIt() async throws {
        let report = try await report(Self.good, from: ["192.0.2.7", "198.51.100.1", "2001:db9::1"])
        #expect(report.coverage.map(\.result) == [.pass, .fail, .fail])
        #expect(
            report.findings.map(\.remedy).compactMap(\.self).map { $0.suffix(16) } == [
                "ip4:198.51.100.1", " ip6:2001:db9::1",
            ])
        #expect(!report.hasErrors)
    }

    // MARK: SPF

    @Test(arguments: [
        (
            "isp.example TXT v=spf1 ip4:192.0.2.0/24 include:_spf.isp.example -all\n", "",
            "error: there is no SPF record"
        ),
        (
            "-all\n_spf", "-all\nisp.example TXT v=spf1 a\n_spf",
            "error: there are 2 SPF records, so that every check is a permerror"
        ),
        ("isp.example -all\n", "isp.example +all\n", "error: \"+all\" lets everybody send in the domain's name"),
        (
            "isp.example -all\n", "isp.example\n",
            "warning: the record ends without \"all\": whoever it does not name is neutral"
        ),
        ("isp.example -all\n", "isp.example ?all\n", "warning: \"?all\" says nothing of whoever is not named"),
        ("isp.example -all\n", "isp.example -all a\n", "warning: what stands behind \"all\" is never looked at: a"),
        ("v=spf1 ip6", "v=spf1 ptr ip6", "warning: \"ptr\" in the record of _spf.isp.example is slow and unreliable"),
        (
            "v=spf1 ip6", "v=spf1 include:isp.example ip6",
            "error: \"include:isp.example\" in the record of _spf.isp.example leads back to isp.example"
        ),
        (
            "_spf.isp.example TXT v=spf1", "_spf.isp.example TXT v=spf9",
            "error: \"include:_spf.isp.example\" in the record of isp.example: _spf.isp.example publishes no SPF record"
        ),
        (
            "v=spf1 ip6:2001:db8::/32 -all", "v=spf1 all",
            "error: \"all\" in the record of _spf.isp.example lets everybody send in the domain's name"
        ),
        (
            "isp.example -all\n",
            "isp.example redirect=r.example\nr.example TXT v=spf1 include:s.example ?all\n"
                + "s.example TXT v=spf1 +all\n",
            "error: \"+all\" in the record of s.example lets everybody send in the domain's name"
        ),
        (
            "isp.example -all\n", "isp.example redirect=r.example\nr.example TXT v=spf1 a:mx.isp.example\n",
            "warning: the record of r.example, to which it redirects, ends without \"all\": whoever it does not name is neutral"
        ),
        (
            "ip4:192.0.2.0/24", "ip4:0.0.0.0/0",
            "error: \"ip4:0.0.0.0/0\" lets in a network as wide as /0: hardly anybody is kept from sending in the domain's name"
        ),
        (
            "ip4:192.0.2.0/24", "mx/1",
            "error: \"mx/1\" lets in a network as wide as /1: hardly anybody is kept from sending in the domain's name"
        ),
        (
            "ip4:192.0.2.0/24", "ip6:2000::/3",
            "error: \"ip6:2000::/3\" lets in a network as wide as /3: hardly anybody is kept from sending in the domain's name"
        ),
        (
            "ip4:192.0.2.0/24", "ip4:16.0.0.0/4",
            "warning: \"ip4:16.0.0.0/4\" lets in a network as wide as /4: most of it is others'"
        ),
        (
            "ip4:192.0.2.0/24", "exists:mx.isp.example",
            "error: \"exists:mx.isp.example\" lets everybody send in the domain's name"
        ),
        (
            "ip4:192.0.2.0/24",
            "mx:m.example" + " -all\n" + (0..<11).map { "m.example MX m\($0).example\n" }.joined()
                + "x.example TXT v=spf1",
            "error: \"mx:m.example\" in the record of isp.example finds 11 exchanges; receivers stop at 10 with a permerror"
        ),
        (
            "v=spf1 ip6", "v=spf1 a:none.example ip6",
            "warning: \"a:none.example\" in the record of _spf.isp.example finds nothing"
        ),
    ])
    func whatIsWrongWithSPFIsTold(_ old: String, _ new: String, _ expected: String) async throws {
        #expect(texts(try await report(changed(old, new)), .spf).contains(expected))
    }

    /// What lets in everybody where nothing is let in, is no fault.
    @Test(arguments: [
        "-include:s.example", "?exists:mx.isp.example", "~ip4:0.0.0.0/0", "-mx/0", "exists:%{i}.isp.example",
        "exists:gone.example", "-all include:s.example",
    ])
    func aWideTermThatGrantsNothingIsNoFault(_ term: String) async throws {
        let report = try await report(
            changed("ip4:192.0.2.0/24 include:_spf.isp.example", term) + "\ns.example TXT v=spf1 +all")
        #expect(!report.hasErrors)
    }

    @Test func whatIsNeverLookedAtIsNotCounted() async throws {
        let report = try await report(changed("include:_spf.isp.example -all", "-all include:_spf.isp.example a mx"))
        #expect(report.spfLookups == 0)
    }

    @Test func lookUpsAreCountedThroughAllIncludes() async throws {
        let terms = (1...9).map { "a:h\($0).example" }.joined(separator: " ")
        let hosts = (1...9).map { "h\($0).example A 192.0.2.200" }.joined(separator: "\n")
        let ten = try await report(changed("v=spf1 ip6", "v=spf1 \(terms) ip6") + "\n" + hosts)
        #expect(ten.spfLookups == 10)
        #expect(
            texts(ten, .spf) == ["warning: the record and its includes look up 10 of the 10 things that are allowed"])
        let eleven = try await report(changed("v=spf1 ip6", "v=spf1 a:h1.example \(terms) ip6") + "\n" + hosts)
        #expect(eleven.spfLookups == 11)
        #expect(texts(eleven, .spf).first?.hasPrefix("error: the record and its includes look up 11 things") == true)
    }

    /// Each leads to a record that lets in everybody, which only who follows it can tell.
    @Test(arguments: [
        ("include:%{d}.spf.example", "isp.example.spf.example"), ("redirect=_r.%{d}", "_r.isp.example"),
        ("redirect=%{d1}.r.example", "example.r.example"), ("include:%{d2}.r.example", "isp.example.r.example"),
        ("include:%{dr}.r.example", "example.isp.r.example"), ("include:%{d1r}.r.example", "isp.r.example"),
        ("include:%{dr-}.r.example", "isp.example.r.example"), ("include:%{D}.r.example", "isp.example.r.example"),
        ("include:%{o}.r.example", "isp.example.r.example"), ("include:%{o1}.%{d}", "example.isp.example"),
    ])
    func aTermWhoseMacrosAreTheSameForAllIsFollowed(_ term: String, _ name: String) async throws {
        let report = try await report("isp.example TXT v=spf1 \(term)\n\(name) TXT v=spf1 +all", of: "isp.example")
        #expect(
            texts(report, .spf).contains(
                "error: \"+all\" in the record of \(name) lets everybody send in the domain's name"))
        #expect(report.spfLookups == 1)
    }

    /// `%{d}` is the record's own name, `%{o}` that of the sender.
    @Test func macrosInAnIncludedRecordAreFilledInWithItsNameAndTheSendersDomain() async throws {
        let zone = Zone(
            """
            isp.example TXT v=spf1 include:spf.example -all
            spf.example TXT v=spf1 a:a.%{d} mx:%{o}.%{d} exists:%{d1r}.%{o} -all
            a.spf.example A 192.0.2.1
            isp.example.spf.example MX a.spf.example
            """)
        let report = await DomainCheck(resolver: zone).check("isp.example", addresses: [])
        #expect(report.spfLookups == 4)
        #expect(
            texts(report, .spf) == [
                "warning: \"exists:%{d1r}.%{o}\" in the record of spf.example, as spf.isp.example, finds nothing"
            ])
        #expect(zone.asked.contains(Question("a.spf.example", .a)))
        #expect(zone.asked.contains(Question("isp.example.spf.example", .mx)))
    }

    @Test func whatExistsForAllLetsInEverybody() async throws {
        let report = try await report("isp.example TXT v=spf1 exists:x.%{d} -all\nx.isp.example A 127.0.0.2")
        #expect(
            texts(report, .spf) == ["error: \"exists:x.%{d}\" lets everybody send in the domain's name"])
    }

    @Test(arguments: ["i", "ir", "s", "l", "l1r-", "h", "p", "v", "I"], ["include:", "exists:", "a:", "mx:"])
    func aTermThatDependsOnWhoSendsIsSaidToBeNotFollowed(_ macro: String, _ mechanism: String) async throws {
        let term = "\(mechanism)%{\(macro)}.%{d}"
        let zone = Zone(changed("include:_spf.isp.example", term))
        let report = await DomainCheck(resolver: zone).check("isp.example", addresses: [], selectors: ["202611"])
        let isInclude = mechanism == "include:"
        #expect(
            texts(report, .spf) == [
                "note: \"\(term)\" in the record of isp.example depends on the client or on the local part: "
                    + (isInclude
                        ? "it is not followed here, and what it looks up is not counted" : "it is not looked up here")
            ])
        #expect(report.spfLookups == (isInclude ? nil : 1) && !report.hasErrors)
        #expect(!zone.asked.contains { $0.name.text.contains("%") })
    }

    @Test func aRedirectThatDependsOnWhoSendsIsSaidToBeNotFollowed() async throws {
        let report = try await report(changed("include:_spf.isp.example -all", "redirect=%{l}.isp.example"), from: [])
        #expect(
            texts(report, .spf) == [
                "note: \"redirect=%{l}.isp.example\" in the record of isp.example depends on the client or on the local part: it is not followed here, and what it looks up is not counted"
            ])
    }

    @Test(arguments: [
        (
            "include:%{d}..example",
            "error: \"include:%{d}..example\" in the record of isp.example: isp.example..example"
        ),
        ("a:%{d}..example", "warning: \"a:%{d}..example\" in the record of isp.example, as isp.example..example,"),
    ])
    func whatMacrosMakeOfANameThatTheDNSCannotHoldIsNotAskedFor(_ term: String, _ start: String) async throws {
        let zone = Zone(changed("include:_spf.isp.example", term))
        let report = await DomainCheck(resolver: zone).check("isp.example", addresses: [], selectors: ["202611"])
        #expect(texts(report, .spf) == [start + " is no name that the DNS can hold"])
        #expect(!zone.asked.contains { !$0.name.canBeAsked })
    }

    /// At names that go on for ever, of which each has the same record.
    @Test(arguments: ["redirect=a.%{d}", "redirect=%{dr}.%{d}", "include:a.%{d} include:b.%{d} -all"])
    func aRecordThatLeadsOnWithoutEndIsFollowedToABound(_ terms: String) async throws {
        struct Endless: Resolver {
            let text: String
            func answer(to question: Question) async -> Answer {
                guard question.type == .txt else { return Answer(.noSuchName) }
                return Answer(.records([.text(Array(text.utf8))]))
            }
        }
        let report = await DomainCheck(resolver: Endless(text: "v=spf1 \(terms)")).check("isp.example", addresses: [])
        #expect(report.spfLookups.map { $0 <= 100 } ?? true)
        #expect(texts(report, .spf).contains { $0.hasPrefix("error: ") })
    }

    @Test func includesThatBranchWithoutEndAreCountedToABound() async throws {
        let zone = (0..<40).map { number in
            "l\(number).example TXT v=spf1 include:l\(number + 1).example include:l\(number + 2).example -all"
        }.joined(separator: "\n")
        let report = try await report(zone, of: "l0.example")
        #expect(report.findings.count < 60 && report.hasErrors)
    }

    // MARK: DKIM

    @Test func aKeyThatIsNamedAndNotThereIsAnError() async throws {
        let report = try await report(Self.good, selectors: ["202611", "old"])
        #expect(texts(report, .dkim) == ["error: there is no key at old._domainkey.isp.example"])
    }

    @Test func withoutASelectorUsualOnesAreTriedAndWhatThatMeansIsSaid() async throws {
        #expect(
            texts(try await report(Self.good, selectors: []), .dkim) == [
                "warning: there is no key: nothing exists below _domainkey.isp.example"
            ])
        let there = try await report(Self.good + "\n_domainkey.isp.example TXT x", selectors: [])
        #expect(texts(there, .dkim).first?.hasPrefix("note: there is no key under any of ") == true)
        let found = try await report(changed("202611", "s2"), selectors: [])
        #expect(found.keys.map(\.selector) == ["s2"] && texts(found, .dkim) == [])
    }

    @Test(arguments: [
        (
            "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "p=",
            "note: 202611._domainkey: the key is revoked (p= is empty)"
        ),
        (
            "v=DKIM1; k=ed", "v=DKIM1; t=y; k=ed",
            "warning: 202611._domainkey: t=y: the domain is testing; verifiers may treat its mail as if it were not signed"
        ),
        ("HURo=", "!", "error: 202611._domainkey: p= is no base64"),
        ("k=ed25519", "k=dsa", "error: 202611._domainkey: key type \"dsa\" is not known"),
    ])
    func whatIsWrongWithAKeyIsTold(_ old: String, _ new: String, _ expected: String) async throws {
        #expect(texts(try await report(changed(old, new)), .dkim) == [expected])
    }

    // MARK: DMARC

    @Test(arguments: [
        (
            "_dmarc.isp.example TXT v=DMARC1; p=reject; rua=mailto:d@isp.example", "",
            "error: there is no DMARC record, neither here nor above"
        ),
        ("; rua", "; sp=none; rua", "warning: sp=none asks for less than p=reject: any subdomain may be forged"),
        (
            "; rua", "; np=none; rua",
            "warning: np=none asks for less than p=reject: subdomains that do not exist may be forged"
        ),
        (
            "; rua", "; sp=quarantine; np=none; rua",
            "warning: np=none asks for less than sp=quarantine: subdomains that do not exist may be forged"
        ),
        ("p=reject", "p=none", "warning: p=none: nothing is done with mail that fails"),
        ("p=reject", "p=reject; adkim=x", "error: the record, byte 26, adkim: expected r or s"),
        ("; rua=mailto:d@isp.example", "", "note: no reports are asked for (rua), so that nobody sees what fails"),
        (
            "d@isp.example", "d@reports.example",
            "warning: reports.example has not said that it takes reports of isp.example, so none are sent there"
        ),
        ("v=DMARC1", "v=DMARC2", "warning: \"v=DMARC2; p=reject; rua=mailto:d@isp.example\" is no DMARC record"),
    ])
    func whatIsWrongWithDMARCIsTold(_ old: String, _ new: String, _ expected: String) async throws {
        #expect(texts(try await report(changed(old, new)), .dmarc).contains(expected))
    }

    @Test func whoTakesReportsOfOthersAndSaysSoIsNoFault() async throws {
        let zone =
            changed("d@isp.example", "d@reports.example")
            + "\nisp.example._report._dmarc.reports.example TXT v=DMARC1"
        #expect(texts(try await report(zone), .dmarc) == [])
    }

    @Test func aSubdomainHasThePolicyFromAbove() async throws {
        let report = try await report(
            changed("; rua", "; sp=quarantine; rua") + "\nshop.isp.example A 192.0.2.1", of: "shop.isp.example")
        #expect(report.dmarcDomain == "isp.example" && report.dmarcPolicy == .quarantine)
        #expect(texts(report, .dmarc).first == "note: the record is that of isp.example")
        let open = try await self.report(
            changed("; rua", "; sp=none; rua") + "\nshop.isp.example A 192.0.2.1", of: "shop.isp.example")
        #expect(texts(open, .dmarc).contains("warning: sp=none: nothing is done with mail that fails"))
    }

    // MARK: No answer

    @Test(arguments: [
        ("isp.example", DomainReport.Area.spf), ("_dmarc.isp.example", .dmarc),
        ("202611._domainkey.isp.example", .dkim),
    ])
    func aQuestionWithoutAnAnswerIsNeverTakenForAMissingRecord(
        _ name: String, _ area: DomainReport.Area
    ) async throws {
        let zone = Self.good.split(separator: "\n").filter { !$0.hasPrefix(name + " ") } + ["\(name) SERVFAIL"]
        let report = try await report(zone.joined(separator: "\n"))
        #expect(report.unanswered.contains(area) && report.hasErrors)
        #expect(texts(report, area).allSatisfy { !$0.contains("there is no") })
    }

    @Test func anIncludeWithoutAnAnswerLeavesTheCountOpen() async throws {
        let zone = Self.good.split(separator: "\n").filter { !$0.hasPrefix("_spf") } + ["_spf.isp.example TIMEOUT"]
        let report = try await report(zone.joined(separator: "\n"), from: ["2001:db8::9"])
        #expect(report.spfLookups == nil)
        #expect(
            texts(report, .spf).contains(
                "error: TXT _spf.isp.example, for \"include:_spf.isp.example\": no answer in time"))
        #expect(report.coverage.map(\.result) == [.temperror])
    }

    @Test func whereMailCannotGoIsTold() async throws {
        let gone = try await report(changed("mx.isp.example A 192.0.2.25", ""))
        #expect(texts(gone, .mx) == ["error: mx.isp.example, where the domain's mail is to go, has no address"])
        let one = try await report(Self.good + "\nisp.example MX gone.isp.example")
        #expect(texts(one, .mx) == ["warning: gone.isp.example, where the domain's mail is to go, has no address"])
        let silent = try await report(changed("mx.isp.example A 192.0.2.25", "mx.isp.example SERVFAIL"))
        #expect(texts(silent, .mx) == [])
        let null = try await report(changed("MX mx.isp.example", "MX ."))
        #expect(texts(null, .mx).first?.hasPrefix("note: the domain takes no mail") == true)
        let both = try await report(Self.good + "\nisp.example MX .")
        #expect(texts(both, .mx) == ["error: a null MX stands beside other MX records (RFC 7505 section 3)"])
    }
}
