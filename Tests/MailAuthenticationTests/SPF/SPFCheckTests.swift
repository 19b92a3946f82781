import MailPolicy
import Testing

@testable import MailAuthentication

@Suite struct SPFIdentityTests {
    private let zone = Zone(
        """
        example.org TXT v=spf1 ip4:192.0.2.1 -all
        mail.example.net TXT v=spf1 ip4:192.0.2.2 -all
        """)

    @Test func mailFromIsCheckedByItsDomain() async {
        let outcome = await check(.mailFrom("taro@example.org"), from: "192.0.2.1", in: zone)
        #expect(outcome.result == .pass)
        #expect(outcome.domain == "example.org")
        #expect(outcome.identity == .mailFrom)
        #expect(outcome.sender == "taro@example.org")
        #expect(outcome.mechanism == "ip4:192.0.2.1")
        #expect(outcome.recordName == "example.org")
        #expect(outcome.problem == nil && outcome.trace.isEmpty)
    }

    @Test func theNullSenderStandsForPostmasterAtTheHELOName() async {
        let outcome = await check(.mailFrom(""), from: "192.0.2.2", in: zone)
        #expect(outcome.result == .pass)
        #expect(outcome.identity == .mailFrom)
        #expect(outcome.sender == "postmaster@mail.example.net")
    }

    @Test func heloIsCheckedByItself() async {
        let outcome = await check(.helo, from: "192.0.2.1", in: zone)
        #expect(outcome.result == .fail)
        #expect(outcome.identity == .helo)
        #expect(outcome.sender == "postmaster@mail.example.net")
        for name in [
            "localhost", "192.0.2.1", "[192.0.2.1]", "", "a..b", String(repeating: "a.", count: 200) + "example", "x y",
        ] {
            let outcome = await check(.helo, from: "192.0.2.1", helo: name, in: zone)
            #expect(outcome.result == .none, "\(name)")
            #expect(outcome.cause == .noDomain(name))
        }
    }

    @Test func thePartsOfAPathAreFoundAlsoInQuotesAndBehindARoute() async {
        for (path, sender) in [
            ("\"a@b c\"@example.org", "\"a@b c\"@example.org"), ("@example.org", "postmaster@example.org"),
            ("@relay.example,@other.example:taro@Example.ORG", "taro@example.org"),
        ] {
            let outcome = await check(.mailFrom(path), from: "192.0.2.1", in: zone)
            #expect(outcome.result == .pass)
            #expect(outcome.sender == sender)
        }
        #expect(await check(.mailFrom("taro"), from: "192.0.2.1", in: zone).result == .none)
    }

    @Test func aMappedAddressIsIPv4() async {
        #expect(await check(.mailFrom("a@example.org"), from: "::ffff:192.0.2.1", in: zone).result == .pass)
        let v6 = Zone("example.org TXT v=spf1 ip6:::ffff:192.0.2.1 ip6:::/0 -all")
        #expect(await check(.mailFrom("a@example.org"), from: "::ffff:192.0.2.1", in: v6).result == .fail)
        #expect(await check(.mailFrom("a@example.org"), from: "2001:db8::1", in: v6).result == .pass)
    }
}

@Suite struct SPFProblemTests {
    @Test func aTemporaryErrorNamesTheQuestionAndTheFailure() async {
        let zone = Zone(
            """
            example.org TXT v=spf1 a:down.example.org -all
            down.example.org SERVFAIL
            example.net TIMEOUT
            """)
        let failed = await check(.mailFrom("a@example.org"), from: "192.0.2.1", in: zone)
        #expect(failed.result == .temperror)
        #expect(failed.cause == .lookUpFailed(Question("down.example.org", .a), .serverFailed))
        #expect(failed.problem == "A down.example.org: the name servers failed (SERVFAIL)")
        let late = await check(.mailFrom("a@example.net"), from: "192.0.2.1", in: zone)
        #expect(late.problem == "TXT example.net: no answer in time")
    }

    @Test func aPermanentErrorNamesTheRecordTheTermAndTheByte() async {
        let zone = Zone(
            """
            example.org TXT v=spf1 include:_spf.example.net -all
            _spf.example.net TXT v=spf1 ip4:192.0.2.0/24 a:192.0.2.7 -all
            """)
        let outcome = await check(.mailFrom("a@example.org"), from: "192.0.2.1", in: zone)
        #expect(outcome.result == .permerror)
        guard case .syntax(let name, let error) = outcome.cause else {
            Issue.record("\(String(describing: outcome.cause))")
            return
        }
        #expect(name == "_spf.example.net")
        #expect(error.kind == .addressInsteadOfName)
        #expect(error.term == "a:192.0.2.7" && error.termOffset == 24 && error.offset == 26)
        #expect(
            outcome.problem
                == "the record of _spf.example.net: \"a:192.0.2.7\" at byte 24: an address where a name must be; "
                + "addresses go with ip4: and ip6: (byte 26)")
    }

    @Test func aNameWithoutARecordBehindIncludeIsAPermanentError() async {
        let zone = Zone("example.org TXT v=spf1 include:gone.example.net -all")
        let outcome = await check(.mailFrom("a@example.org"), from: "192.0.2.1", in: zone)
        #expect(
            outcome.problem
                == "\"include:gone.example.net\" at byte 7 of the record of example.org: gone.example.net publishes no record"
        )
    }

    @Test func severalRecordsAreAPermanentErrorAndOtherTextIsNot() async {
        let zone = Zone(
            """
            one.example TXT v=spf1 -all
            one.example TXT v=spf10 +all
            one.example TXT v=spf1-like text
            one.example TXT google-site-verification=x
            two.example TXT v=spf1 -all
            two.example TXT V=SPF1
            """)
        #expect(await check(.mailFrom("a@one.example"), from: "192.0.2.1", in: zone).result == .fail)
        let two = await check(.mailFrom("a@two.example"), from: "192.0.2.1", in: zone)
        #expect(two.cause == .severalRecords("two.example", count: 2))
    }
}

@Suite struct SPFLimitTests {
    private func zone(of record: String, and lines: String = "") -> Zone {
        Zone("example.org TXT v=spf1 \(record)\n\(lines)")
    }

    private func outcome(_ zone: Zone, from address: String = "192.0.2.1") async -> SPFOutcome {
        await check(.mailFrom("a@example.org"), from: address, in: zone)
    }

    private func limit(_ outcome: SPFOutcome) -> SPFLimit? {
        if case .overLimit(let limit, _) = outcome.cause { limit } else { nil }
    }

    @Test func tenTermsMayLookSomethingUpAndTheEleventhIsAPermanentError() async {
        let address = "example.org A 198.51.100.1"
        let ten = await outcome(
            zone(of: Array(repeating: "a", count: 10).joined(separator: " ") + " ?all", and: address))
        #expect(ten.result == .neutral)
        let eleven = await outcome(zone(of: Array(repeating: "a", count: 11).joined(separator: " "), and: address))
        #expect(eleven.result == .permerror && limit(eleven) == .terms)
        #expect(eleven.problem?.hasPrefix("\"a\" at byte 27 of the record of example.org") == true)
    }

    @Test func termsAreCountedAcrossIncludesAndRedirects() async {
        let lines = """
            example.org A 198.51.100.1
            one.example TXT v=spf1 a:example.org a:example.org a:example.org redirect=two.example
            two.example TXT v=spf1 a:example.org a:example.org a:example.org
            """
        // One include with three, its redirect with three, and two after it are ten.
        let ten = await outcome(zone(of: "include:one.example a a -all", and: lines))
        #expect(ten.result == .fail)
        #expect(limit(await outcome(zone(of: "include:one.example a a a -all", and: lines))) == .terms)
    }

    @Test func aRecordThatLoopsIsAPermanentError() async {
        for lines in [
            "example.org TXT v=spf1 include:example.org -all", "example.org TXT v=spf1 redirect=example.org",
            "example.org TXT v=spf1 include:b.example\nb.example TXT v=spf1 redirect=example.org",
        ] {
            let zone = Zone(lines)
            #expect(limit(await outcome(zone)) == .terms)
            #expect(zone.asked.count == 11)
        }
    }

    @Test func twoLookUpsMayFindNothingAndTheThirdIsAPermanentError() async {
        let two = "a:1.gone.example exists:2.gone.example"
        #expect(await outcome(zone(of: two + " ?all")).result == .neutral)
        let three = await outcome(zone(of: two + " mx:3.gone.example ?all"))
        #expect(three.result == .permerror && limit(three) == .voids)
        let spread = await outcome(
            zone(of: "a:1.gone.example include:b.example ?all", and: "b.example TXT v=spf1 a:2.gone.example mx"))
        #expect(limit(spread) == .voids)
    }

    @Test func anExchangeWithoutAnAddressOfTheClientsKindIsNoVoidLookUp() async {
        let lines = (1...5).map { "example.org MX mx\($0).example.org\nmx\($0).example.org A 192.0.2.\($0)" }
        let zone = zone(of: "mx -all", and: lines.joined(separator: "\n"))
        #expect(await outcome(zone, from: "2001:db8::1").result == .fail)
        #expect(await outcome(zone, from: "192.0.2.5").result == .pass)
    }

    @Test func exchangesThatDoNotExistAreVoidLookUps() async {
        let lines = (1...5).map { "example.org MX mx\($0).victim.example" }.joined(separator: "\n")
        let zone = zone(of: "mx -all", and: lines)
        #expect(limit(await outcome(zone)) == .voids)
        #expect(zone.asked.count == 5)
    }

    @Test func elevenExchangesAreAPermanentErrorWhateverTheirOrder() async {
        let lines = (1...11).map { "example.org MX mx\($0).example.org\nmx\($0).example.org A 192.0.2.\($0)" }
        let zone = zone(of: "mx -all", and: lines.joined(separator: "\n"))
        #expect(limit(await outcome(zone, from: "192.0.2.1")) == .names)
        #expect(limit(await outcome(zone, from: "192.0.2.11")) == .names)
    }

    @Test func ofManyNamesOfTheClientTheFirstTenAreTried() async {
        func zone(valid: Int, _ record: String) -> Zone {
            let names = (1...500).map {
                "1.2.0.192.in-addr.arpa PTR h\($0).example.org\nh\($0).example.org A 192.0.2.\($0 == valid ? 1 : 9)"
            }
            return self.zone(of: record, and: names.joined(separator: "\n"))
        }
        #expect(await outcome(zone(valid: 10, "ptr -all")).result == .pass)
        let eleventh = zone(valid: 11, "ptr ptr ptr:example.org -all")
        #expect(await outcome(eleventh).result == .fail)
        // TXT, PTR, and ten addresses: what was found out is not asked again.
        #expect(eleventh.asked.count == 12)
    }

    @Test func aClientWithoutANameIsOneVoidLookUpHoweverOftenItMatters() async {
        #expect(await outcome(zone(of: "ptr ptr exists:%{p}.gone.example ptr ?all")).result == .neutral)
        #expect(limit(await outcome(zone(of: "ptr exists:%{p}.gone.example a ?all"))) == .voids)
    }

    @Test func namesOfTheClientOutsideTheTargetAreNotAskedFor() async {
        let zone = zone(
            of: "ptr -all",
            and: "1.2.0.192.in-addr.arpa PTR host.badexample.org\n1.2.0.192.in-addr.arpa PTR www.other.example")
        #expect(await outcome(zone).result == .fail)
        #expect(zone.asked.map(\.type) == [.txt, .ptr])
    }

    @Test func anErrorWhileAClientsNameIsLookedForIsNoMatch() async {
        let unreachable = zone(of: "ptr ~all", and: "1.2.0.192.in-addr.arpa SERVFAIL")
        #expect(await outcome(unreachable).result == .softfail)
        let skipped = zone(
            of: "ptr ~all",
            and: """
                1.2.0.192.in-addr.arpa PTR bad.example.org
                1.2.0.192.in-addr.arpa PTR good.example.org
                bad.example.org SERVFAIL
                good.example.org A 192.0.2.1
                """)
        #expect(await outcome(skipped).result == .pass)
    }

    @Test func noCheckAsksMoreThanItsBound() async {
        let exchanges = (1...10).map { "example.org MX mx\($0).example.org\nmx\($0).example.org A 198.51.100.1" }
        let zone = zone(
            of: Array(repeating: "mx", count: 10).joined(separator: " ") + " -all exp=%{p}.example.org",
            and: exchanges.joined(separator: "\n") + "\n"
                + (1...20).map { "1.2.0.192.in-addr.arpa PTR h\($0).example.org" }.joined(separator: "\n"))
        let outcome = await outcome(zone)
        #expect(outcome.result == .fail && outcome.explanation == nil)
        #expect(zone.asked.count > 110 && zone.asked.count <= SPFLimit.questions.count)
    }

    @Test func aRecordOfTenKilobytesIsAClearError() async {
        let long = "ip4:192.0.2.1 " + String(repeating: "ip4:198.51.100.1 ", count: 600) + "-all"
        let outcome = await outcome(zone(of: long))
        #expect(outcome.result == .permerror)
        #expect(outcome.problem == "the record of example.org: \(long.utf8.count + 7) bytes, 8192 are read")
        let fits = "ip4:192.0.2.1 " + String(repeating: "ip4:198.51.100.1 ", count: 450) + "-all"
        #expect(await self.outcome(zone(of: fits)).result == .pass)
    }

    @Test func aLoopOfAliasesIsATemporaryError() async {
        let zone = Zone("example.org TXT v=spf1 a:a.example -all\na.example CNAME b.example\nb.example CNAME a.example")
        let outcome = await outcome(zone)
        #expect(outcome.cause == .lookUpFailed(Question("a.example", .a), .malformed))
    }
}

@Suite struct SPFExplanationTests {
    private func explanation(_ text: String, from sender: String = "taro@example.org", helo: String = "h.example") async
        -> String?
    {
        let zone = Zone("example.org TXT v=spf1 -all exp=why.example.org\nwhy.example.org TXT \(text)")
        let outcome = await check(.mailFrom(sender), from: "192.0.2.1", helo: helo, in: zone)
        #expect(outcome.result == .fail)
        return outcome.explanation
    }

    @Test func itsMacrosAreFilledIn() async {
        #expect(
            await explanation("%{c} is not %{d}, says %{r} at %{t} to %{S} %%%-%_.")
                == "192.0.2.1 is not example.org, says mx.example.net at 1764000000 to taro%40example.org %%20 .")
    }

    @Test func whatIsTooLongOrNotASCIIIsLeftOut() async {
        #expect(await explanation("なぜ") == nil)
        #expect(await explanation("\u{7}bell") == nil)
        #expect(await explanation(String(repeating: "x", count: 512))?.count == 512)
        #expect(await explanation(String(repeating: "x", count: 513)) == nil)
        #expect(await explanation(String(repeating: "%{s}", count: 1_000)) == nil)
        #expect(await explanation("you are %{h}", helo: "h.example\r\nX-Evil: 1") == nil)
        #expect(await explanation("you are %{l}", from: "太郎@example.org") == nil)
    }

    @Test func onlyAFailHasOne() async {
        let zone = Zone("example.org TXT v=spf1 ~all exp=why.example.org\nwhy.example.org TXT no")
        #expect(await check(.mailFrom("a@example.org"), from: "192.0.2.1", in: zone).explanation == nil)
        #expect(zone.asked.count == 1)
    }
}

@Suite struct SPFTraceTests {
    @Test func itTellsEachRecordTermAndLookUp() async {
        let zone = Zone(
            """
            example.org TXT v=spf1 ip4:192.0.2.2 include:_spf.%{d} a -all
            _spf.example.org TXT v=spf1 mx:example.org ?all
            example.org MX mx.example.org
            mx.example.org A 198.51.100.1
            example.org A 192.0.2.1
            """)
        let outcome = await check(.mailFrom("taro@example.org"), from: "192.0.2.1", in: zone, trace: true)
        #expect(outcome.result == .pass)
        #expect(
            outcome.trace.map(\.description) == [
                "TXT example.org: \"v=spf1 ip4:192.0.2.2 include:_spf.%{d} a -all\"",
                "record of example.org: v=spf1 ip4:192.0.2.2 include:_spf.%{d} a -all",
                "ip4:192.0.2.2: does not match",
                "include:_spf.%{d} is _spf.example.org",
                "  TXT _spf.example.org: \"v=spf1 mx:example.org ?all\"",
                "  record of _spf.example.org: v=spf1 mx:example.org ?all",
                "  MX example.org: 10 mx.example.org",
                "  A mx.example.org: 198.51.100.1",
                "  mx:example.org: does not match (198.51.100.1)",
                "  ?all: matches",
                "include:_spf.%{d}: does not match",
                "A example.org: 192.0.2.1",
                "a: matches (192.0.2.1)",
            ])
        #expect(outcome.trace.last.map { [$0.terms, $0.voids, $0.questions] } == [3, 0, 5])
    }

    @Test func itEndsWithWhatWentWrong() async {
        let zone = Zone("example.org TXT v=spf1 include:gone.example")
        let outcome = await check(.mailFrom("a@example.org"), from: "192.0.2.1", in: zone, trace: true)
        #expect(outcome.trace.last?.description == outcome.problem)
        #expect(outcome.trace.contains { $0.event == .noRecord(at: "gone.example") })
    }
}
