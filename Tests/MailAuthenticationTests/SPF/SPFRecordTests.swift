import MailPolicy
import Testing

@testable import MailAuthentication

@Suite struct SPFRecordTests {
    private func record(_ text: String) throws -> SPFRecord {
        try SPFRecordParser.parse(Array(text.utf8), from: 6)
    }

    private func error(_ text: String) -> SPFSyntaxError? {
        do {
            _ = try record(text)
            return nil
        } catch {
            return error as? SPFSyntaxError
        }
    }

    @Test func everyMechanismAndQualifierIsRead() throws {
        let record = try record(
            "v=spf1 +ALL -Include:a.example ~a ?A:b.example/24//64 mx/8 ptr PTR:c.example ip4:192.0.2.0/24 "
                + "IP6:2001:db8::/32 exists:%{ir}.d.example  ")
        #expect(
            record.directives.map(\.qualifier) == [.pass, .fail, .softfail, .neutral]
                + Array(repeating: .pass, count: 6))
        guard case .a(let name?, let lengths) = record.directives[3].mechanism else {
            Issue.record("no a")
            return
        }
        #expect(name.name == "b.example" && lengths.v4 == 24 && lengths.v6 == 64)
        #expect(record.directives[3].term == SPFRecord.Term(text: "?A:b.example/24//64", offset: 34))
    }

    @Test func whatIsNoTermIsAnErrorThatNamesTheByte() {
        for (text, kind, offset) in [
            ("v=spf1 moo", .unknownMechanism, 7), ("v=spf1 -", .unknownMechanism, 8),
            ("v=spf1 all:x", .unexpectedText, 10), ("v=spf1 include", .missingDomain, 14),
            ("v=spf1 include:", .missingDomain, 15), ("v=spf1 include/24", .unexpectedText, 14),
            ("v=spf1 a:", .missingDomain, 9), ("v=spf1 a/33", .invalidPrefix, 9), ("v=spf1 a/024", .invalidPrefix, 9),
            ("v=spf1 a//129", .invalidPrefix, 10), ("v=spf1 a/24/64", .invalidPrefix, 12),
            ("v=spf1 a/24/16", .unexpectedText, 8),
            ("v=spf1 ip4:1.2.3", .invalidAddress, 11), ("v=spf1 ip4:2001:db8::1", .invalidAddress, 11),
            ("v=spf1 ip4:1.2.3.4/", .invalidPrefix, 19),
            ("v=spf1 ip4:1.2.3.4/99999999999999999999", .invalidPrefix, 19),
            ("v=spf1 ip6:1.2.3.4", .invalidAddress, 11), ("v=spf1 ip4:", .invalidAddress, 11),
            ("v=spf1 a:b", .invalidTopLabel, 9), ("v=spf1 a:b.c-", .invalidTopLabel, 9),
            ("v=spf1 a:1.2.3.4", .addressInsteadOfName, 9), ("v=spf1 a:%x.example", .invalidMacro, 9),
            ("v=spf1 a:b%", .invalidMacro, 10), ("v=spf1 a:%{", .invalidMacro, 9), ("v=spf1 a:%{d", .invalidMacro, 9),
            ("v=spf1 a:%{d0}", .invalidMacro, 9), ("v=spf1 a:%{dx}", .invalidMacro, 9),
            ("v=spf1 a:%{q}", .invalidMacro, 9), ("v=spf1 a:%{c}", .explanationMacro, 9),
            ("v=spf1 redirect=", .missingDomain, 16), ("v=spf1 exp=a.b exp=c.d", .repeatedModifier, 15),
            ("v=spf1 -redirect=a.b", .invalidModifierName, 7), ("v=spf1 redirect:a.b", .unknownMechanism, 7),
            ("v=spf1 1x=y", .invalidModifierName, 7), ("v=spf1 x=%y", .invalidMacro, 9),
            ("v=spf1 a:b.\u{1}c", .invalidByte, 11), ("v=spf1 é", .unknownMechanism, 7),
        ] as [(String, SPFSyntaxError.Kind, Int)] {
            let error = error(text)
            #expect(error?.kind == kind && error?.offset == offset, "\(text): \(String(describing: error))")
        }
    }

    @Test func aDomainMayEndInAMacroOrAnEscape() throws {
        for name in ["%{d}", "a.%{i1r-}", "a%%", "%_", "a.b.%-", "%%%%", "%{l}%%"] {
            #expect(throws: Never.self, "\(name)") { try record("v=spf1 exists:\(name)") }
        }
        for name in ["%%a", "%{d}a", "%%.1", "%{d}.-a"] {
            #expect(error("v=spf1 exists:\(name)")?.kind == .invalidTopLabel, "\(name)")
        }
    }

    @Test func macrosTakePartsFromTheRightAndTurnThemAround() throws {
        // The examples of RFC 7208 section 7.4.
        let examples = [
            "%{s}": "strong-bad@email.example.com", "%{o}": "email.example.com", "%{d}": "email.example.com",
            "%{d4}": "email.example.com", "%{d3}": "email.example.com", "%{d2}": "example.com", "%{d1}": "com",
            "%{dr}": "com.example.email", "%{d2r}": "example.email", "%{l}": "strong-bad", "%{l-}": "strong.bad",
            "%{lr}": "strong-bad", "%{lr-}": "bad.strong", "%{l1r-}": "strong",
            "%{d999999999999999999999}": "email.example.com",
        ]
        for (text, expected) in examples {
            let macros = try MacroStringParser.parse(Array(text.utf8)[...], in: .domain)
            guard case .macro(let macro) = macros.parts[0] else {
                Issue.record("\(text) is no macro")
                continue
            }
            let value =
                switch macro.letter {
                case .sender: "strong-bad@email.example.com"
                case .localPart: "strong-bad"
                default: "email.example.com"
                }
            #expect(String(decoding: macro.apply(to: Array(value.utf8)), as: UTF8.self) == expected, "\(text)")
        }
    }

    @Test func addressesAreWrittenForReverseNames() {
        #expect(IPAddress("192.0.2.3")?.reverseName == "3.2.0.192.in-addr.arpa")
        #expect(
            IPAddress("2001:db8::cb01")?.dotted
                == "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1")
    }
}

@Suite struct SPFMacroNameTests {
    @Test func aNameThatIsTooLongLosesLabelsOnItsLeft() async {
        let long = String(repeating: "a.", count: 200)
        let zone = Zone("example.org TXT v=spf1 exists:\(long)%{d} -all")
        _ = await check(.mailFrom("t@example.org"), from: "192.0.2.1", in: zone)
        let asked = zone.asked[1].name.text
        #expect(asked.utf8.count == 253 && asked.hasSuffix(".a.example.org") && asked.hasPrefix("a."))
    }

    @Test func aNameOfOneEndlessLabelIsNotAskedFor() async {
        let zone = Zone("example.org TXT v=spf1 exists:%{l}%{l}%{l} a:%{l} -all")
        let outcome = await check(
            .mailFrom("\(String(repeating: "x", count: 9_000))@example.org"), from: "192.0.2.1", in: zone)
        #expect(outcome.result == .fail)
        #expect(zone.asked.count == 1)
    }

    @Test func aTermWithALocalPartThatIsNotASCIIDoesNotMatch() async {
        let zone = Zone(
            "example.org TXT v=spf1 exists:%{l}.example.org include:%{s} ?a:%{o} -all\nexample.org A 192.0.2.1")
        #expect(await check(.mailFrom("太郎@example.org"), from: "192.0.2.1", in: zone).result == .neutral)
        let redirect = Zone("example.org TXT v=spf1 redirect=%{l}.example.org")
        #expect(await check(.mailFrom("太郎@example.org"), from: "192.0.2.1", in: redirect).result == .neutral)
    }

    @Test func aMacroThatComesToNothingMatchesNothing() async {
        let zone = Zone(
            """
            example.org TXT v=spf1 ptr:%{h} a:%{h} mx:%{h} exists:%{h} ?all
            1.2.0.192.in-addr.arpa PTR host.example.net
            host.example.net A 192.0.2.1
            """)
        let outcome = await check(.mailFrom("t@example.org"), from: "192.0.2.1", helo: "", in: zone)
        #expect(outcome.result == .neutral)
        #expect(zone.asked.map(\.type) == [.txt, .ptr])
    }

    @Test func theClientsNameCountsAsATermOnce() async {
        let lines = "1.2.0.192.in-addr.arpa PTR host.example.org\nhost.example.org A 192.0.2.1\nx.example A 127.0.0.1"
        func record(_ terms: Int) -> Zone {
            Zone(
                "example.org TXT v=spf1 \(Array(repeating: "-exists:%{p}.no.example", count: 2).joined(separator: " ")) "
                    + Array(repeating: "-a:x.example", count: terms).joined(separator: " ") + " ?all\n" + lines)
        }
        let seven = await check(.mailFrom("t@example.org"), from: "192.0.2.1", in: record(7))
        #expect(seven.result == .neutral)
        let eight = await check(.mailFrom("t@example.org"), from: "192.0.2.1", in: record(8))
        #expect(eight.result == .permerror)
    }
}

@Suite struct SPFRecordCacheTests {
    private func bytes(_ number: Int) -> [UInt8] { Array("v=spf1 ip4:192.0.2.1 ?x\(number).example=y -all".utf8) }

    private func good(_ number: Int) -> [UInt8] { Array("v=spf1 ip4:192.0.2.1 x\(number)=y -all".utf8) }

    @Test func itHoldsNoMoreThanItsBounds() throws {
        let few = SPFRecordCache(records: 10, bytes: 1 << 20)
        for number in 0..<1_000 { _ = try few.record(good(number), termsFrom: 6) }
        #expect(few.count <= 10 && few.count >= 5)
        let small = SPFRecordCache(records: 1_000_000, bytes: 100_000)
        for number in 0..<1_000 { _ = try small.record(good(number), termsFrom: 6) }
        #expect(small.count < 250 && small.count > 20)
    }

    @Test func errorsAreKeptToo() {
        let cache = SPFRecordCache(records: 10, bytes: 1 << 20)
        for _ in 0..<3 {
            #expect(throws: SPFSyntaxError.self) { try cache.record(bytes(1), termsFrom: 6) }
        }
        #expect(cache.count == 1)
    }

    @Test func manyThreadsMayUseIt() async {
        let cache = SPFRecordCache(records: 20, bytes: 1 << 20)
        await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<2_000).count { number in
                        (try? cache.record(self.good((number * 7 + task) % 50), termsFrom: 6))?.directives.count == 2
                    }
                }
            }
            for await right in group { #expect(right == 2_000) }
        }
        #expect(cache.count <= 20)
    }
}
