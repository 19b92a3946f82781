import Testing

@testable import MailAuthentication

@Suite struct MailboxTests {
    private func addresses(_ value: String) -> [String] {
        do {
            return try Mailbox.parse(fieldValue: value.utf8).map { "\($0.localPart)|\($0.domain)" }
        } catch {
            return ["\(error.kind)"]
        }
    }

    @Test func allShapesOfAnAddressAreRead() {
        for (value, expected) in [
            (" taro@example.org", "taro|example.org"), (" <taro@Example.ORG.>", "taro|example.org"),
            (" Taro Yamada <taro@example.org>", "taro|example.org"),
            (" \"Yamada, Taro\" <taro@example.org>", "taro|example.org"),
            (" Taro (at work (today)) <taro@example.org> (\\) really)", "taro|example.org"),
            ("\r\n\tTaro\r\n <taro@\r\n example.org>", "taro|example.org"),
            (" \"a b\\\"c@d\"@example.org", "a b\"c@d|example.org"),
            (" \"a\"(x). b (c) @ (d) example (e) . org", "a.b|example.org"),
            (" <@relay.example,@other.example:taro@example.org>", "taro|example.org"),
            (" <@relay.example:taro@example.org>", "taro|example.org"), (" taro@[192.0.2.1]", "taro|[192.0.2.1]"),
            (" taro@[IPv6:2001:db8::1]", "taro|[ipv6:2001:db8::1]"),
            (" taro@example.org (Taro Yamada)", "taro|example.org"),
            (" J. R. Hacker <j.r@example.org>", "j.r|example.org"), (" taro..x.@example.org", "taro..x.|example.org"),
            (" other@example.net <taro@example.org>", "taro|example.org"), (" 山田 <taro@例え.example>", "taro|例え.example"),
            (" [List] Taro <taro@example.org>", "taro|example.org"),
            (" =?utf-8?q?a=2Cb?= <taro@example.org>", "taro|example.org"),
        ] {
            #expect(addresses(value) == [expected], "\(value)")
        }
    }

    @Test func listsAndGroupsAreReadInTheirOrder() {
        #expect(addresses(" a@b.example,,C <c@d.example> , ,") == ["a|b.example", "c|d.example"])
        #expect(
            addresses("Team: a@b.example, C <c@d.example>;, e@f.example") == [
                "a|b.example", "c|d.example", "e|f.example",
            ])
        #expect(addresses("\"a team\" of.two:a@b.example;") == ["a|b.example"])
    }

    @Test func whatIsNoAddressIsAnErrorOfItsKind() {
        for (value, kind) in [
            ("", "noMailbox"), ("  \r\n ", "noMailbox"), (",,", "noMailbox"), ("nobody:;", "noMailbox"),
            ("taro", "noDomain"), ("taro@", "noDomain"), ("<>", "notAnAddress"), ("@example.org", "notAnAddress"),
            ("a b@example.org", "notAnAddress"), ("a@b@example.org", "invalidDomain"),
            ("a@b c.example", "invalidDomain"), ("a@\"b.example\"", "invalidDomain"), ("a@b..c", "invalidDomain"),
            ("a@b!c", "invalidDomain"), ("<a@b.example> c", "notAnAddress"), ("<a@b.example", "unclosedAngleBracket"),
            ("a@b.example>", "unclosedAngleBracket"), ("<<a@b.example>>", "unclosedAngleBracket"),
            ("<a@b.example><c@d.example>", "notAnAddress"), ("(a@b.example", "unclosedComment"),
            ("\"a@b.example", "unclosedQuotes"), ("\"a\\", "unclosedQuotes"), ("a@[1.2.3.4", "unclosedLiteral"),
            ("a@b.example;", "notAnAddress"), ("x:a@b.example", "notAnAddress"), ("x:y:a@b.example;", "notAnAddress"),
            (":a@b.example;", "notAnAddress"), ("a\0@b.example", "invalidByte"), ("a\u{1}@b.example", "invalidByte"),
            (")", "notAnAddress"), ("Yamada, Taro <taro@example.org>", "noDomain"),
            ("x:a@b.example; c@d.example", "notAnAddress"),
        ] {
            #expect(addresses(value) == [kind], "\(value)")
        }
        let latin1: [UInt8] = Array("a@b".utf8) + [0xE9] + Array(".example".utf8)
        #expect(throws: MailboxError(kind: .invalidDomain, offset: 12)) { try Mailbox.parse(fieldValue: latin1) }
        #expect(throws: Never.self) { try Mailbox.parse(fieldValue: [0xE9] + Array(" <a@b.example>".utf8)) }
    }

    /// As a comma in a display name without quotes makes them.
    @Test func namesWithoutAnAddressArePassedOverWhereThatIsAskedFor() throws {
        for value in [
            "Yamada, Taro <taro@example.org>", "taro@example.org, Yamada", "\"Yamada\", J. R., taro@example.org",
        ] {
            let read = try Mailbox.parse(fieldValue: value.utf8, skipsNames: true)
            #expect(read.map(\.domain) == ["example.org"], "\(value)")
        }
        for (value, kind) in [
            ("Yamada, Taro", MailboxError.Kind.noMailbox), ("Yamada, taro@", .noDomain), ("Yamada, <>", .notAnAddress),
            ("Yamada; <taro@example.org>", .notAnAddress),
        ] {
            #expect("\(value)") {
                try Mailbox.parse(fieldValue: value.utf8, skipsNames: true)
            } throws: { ($0 as? MailboxError)?.kind == kind }
        }
    }

    @Test func aFieldOverTheBoundsIsRefusedNotCut() {
        let hundred = Array(repeating: "a@b.example", count: 100).joined(separator: ",")
        #expect(addresses(hundred).count == 100)
        #expect(addresses(hundred + ",a@b.example") == ["tooManyMailboxes"])
        #expect(addresses(String(repeating: " ", count: 17_000) + "a@b.example") == ["tooLong"])
        #expect(addresses(String(repeating: "(", count: 16_000) + "a@b.example") == ["unclosedComment"])
        #expect(addresses(String(repeating: "<", count: 16_000)) == ["unclosedAngleBracket"])
    }

    @Test func whatCannotBeReadNamesDomainsAllTheSame() {
        func domains(_ text: String) -> [DomainName] { Mailbox.domains(namedIn: text.utf8) }
        #expect(domains("Taro <taro@example.org") == ["example.org"])
        #expect(domains("\"a@B.example <c@\r\n b.example.> (d@例え.example") == ["b.example", "例え.example"])
        #expect(domains("@@ @. @a..b @[192.0.2.1] a@") == [])
        #expect(domains(String(repeating: "@", count: 100_000)) == [])
        #expect(domains((0..<1_000).map { "a@x\($0).example" }.joined(separator: ";")).count == 100)
    }

    @Test func noFieldCrashesTheParser() {
        var random = SplitMix(state: 5322)
        let pieces = [
            "a", "@", ".", "b.example", "<", ">", ",", ";", ":", "\"", "(", ")", "\\", "[", "]", " ", "\r\n ", "é",
            "\0",
            "a@b.example",
        ]
        for _ in 0..<50_000 {
            let value = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            _ = Mailbox.domains(namedIn: value.joined().utf8)
            guard let mailboxes = try? Mailbox.parse(fieldValue: value.joined().utf8) else { continue }
            #expect(!mailboxes.isEmpty && mailboxes.allSatisfy { !$0.domain.text.isEmpty })
        }
    }
}

@Suite struct SpellingTests {
    @Test func aSpelledNameHasOnlyWhatNamesAreMadeOf() {
        #expect(DomainName(spelled: "Mail_1.Example-x.ORG.".utf8) == "mail_1.example-x.org")
        #expect(DomainName(spelled: "例え.example".utf8) != nil)
        for text in ["", ".", "a..b", "a b.example", "[192.0.2.1]", "a@b", "a\0b", String(repeating: "a", count: 64)] {
            #expect(DomainName(spelled: text.utf8) == nil, "\(text)")
        }
        #expect(DomainName(spelled: [0x61, 0xFF, 0x2E, 0x62]) == nil)
    }

    @Test func whatIsNotVisibleIsEscaped() {
        #expect(String(visibleASCII: "a b~\r\n\u{7F}é".utf8) == "a b~\\x0D\\x0A\\x7F\\xC3\\xA9")
    }
}
