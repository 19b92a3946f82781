import Testing

@testable import MailAuthentication

@Suite struct AuthenticationResultsTests {
    private func written(_ results: [MethodResult], id: String = "mx.example.org") -> String {
        AuthenticationResultsWriter(lineEnding: .lf).write(authservID: id, results: results)
    }

    private func read(_ text: String) throws -> AuthenticationResults {
        try AuthenticationResults(parsing: Array(text.utf8))
    }

    // MARK: Writing

    @Test func aFieldHasOneLineAResult() {
        let text = written([
            MethodResult(
                method: "spf", result: "pass",
                properties: [.init("smtp", "mailfrom", "a@example.net"), .init("smtp", "helo", "out.example.net")]),
            MethodResult(
                method: "dkim", result: "fail", reason: "body hash differs",
                properties: [.init("header", "d", "example.net"), .init("header", "i", "@example.net")],
                comment: "2048-bit key"),
        ])
        #expect(
            text == """
                mx.example.org;
                \tspf=pass smtp.mailfrom=a@example.net smtp.helo=out.example.net;
                \tdkim=fail (2048-bit key) reason="body hash differs"
                \t header.d=example.net header.i=@example.net
                """)
        #expect(written([]) == "mx.example.org; none")
        let crlf = AuthenticationResultsWriter().write(
            authservID: "a", results: [MethodResult(method: "spf", result: "none")])
        #expect(crlf == "a;\r\n\tspf=none")
    }

    @Test func valuesAreTokensAddressesOrQuoted() {
        let cases = [
            ("example.net", "example.net"), ("a@example.net", "a@example.net"), ("@example.net", "@example.net"),
            ("SRS0=x+y=z@example.net", "SRS0=x+y=z@example.net"), ("\"a b\"@example.net", "\"a b\"@example.net"),
            ("a b@example.net", "\"a b\"@example.net"), ("a\"b@example.net", #""a\"b"@example.net"#),
            ("a@b@example.net", "\"a@b\"@example.net"), ("a..b@example.net", "\"a..b\"@example.net"),
            ("ab/cd+ef==", "\"ab/cd+ef==\""), ("", "\"\""), ("2001:db8::1", "\"2001:db8::1\""),
            ("a@[192.0.2.1]", "\"a@[192.0.2.1]\""), ("x; dkim=pass", "\"x; dkim=pass\""),
            ("x\r\nBcc: y", "\"x??Bcc: y\""), ("\u{e4}@example.net", "?@example.net"), ("a\0", "\"a?\""),
            ("(x)", "\"(x)\""), (#"\"#, #""\\""#),
        ]
        for (value, expected) in cases {
            let text = written([MethodResult(method: "spf", result: "pass", properties: [.init("smtp", "x", value)])])
            #expect(text == "mx.example.org;\n\tspf=pass smtp.x=\(expected)")
        }
    }

    @Test func nothingThatCameInCanAddAResultOrALine() throws {
        let hostile = "x)\"\\;\r\n\tdkim=pass header.d=bank.example (\u{202e}\0"
        for value in [hostile, String(hostile.reversed()), "\"\(hostile)", "\(hostile)@example.org"] {
            let text = written(
                [
                    MethodResult(
                        method: value, result: value, reason: value, properties: [.init(value, value, value)],
                        comment: value)
                ], id: value)
            #expect(text.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("\t") })
            #expect(!text.utf8.contains { $0 > 0x7E || $0 < 0x20 && $0 != 9 && $0 != 10 })
            let field = try read(text)
            #expect(field.results.count == 1)
            #expect(field.results[0].properties.count == 1)
        }
    }

    @Test func noLineIsLongAndNoFieldWithoutEnd() throws {
        let long = String(repeating: "x y", count: 5_000)
        let results = Array(
            repeating: MethodResult(
                method: "spf", result: "pass", reason: long,
                properties: Array(repeating: .init("smtp", "helo", String(repeating: "x", count: 320)), count: 200)
                    + [.init("smtp", "mailfrom", long)],
                comment: long), count: 500)
        let text = written(results, id: long)
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count < 998 })
        #expect(text.split(separator: "\n").count < 5_000)
        // A value that does not fit is left out, not cut into another one.
        #expect(!text.contains("mailfrom"))
    }

    @Test func aDMARCOutcomeIsWritten() async {
        let zone = DMARCZone(["example.org": "v=DMARC1; p=quarantine; sp=reject; t=y"])
        let check = DMARCCheck(resolver: zone)
        let outcome = await check.check(
            DMARCMessage(authors: ["mail.example.org"], spf: .init("other.example", .pass), dkim: []))
        #expect(
            written([MethodResult(outcome)]) == """
                mx.example.org;
                \tdmarc=fail (p=quarantine sp=reject t=y of example.org)
                \t reason="nothing that passed is aligned" header.from=mail.example.org
                \t policy.dmarc=quarantine
                """)
        let none = await DMARCCheck(resolver: DMARCZone([:])).check(
            DMARCMessage(authors: ["example.org"], spf: nil, dkim: []))
        #expect(
            written([MethodResult(none)])
                == "mx.example.org;\n\tdmarc=none reason=\"no DMARC record\" header.from=example.org")
    }

    // MARK: Reading

    /// RFC 8601 appendix B.
    @Test func theRFCsExamplesAreRead() throws {
        #expect(try read("example.org 1; none") == AuthenticationResults(authservID: "example.org", results: []))
        let two = try read(
            """
            example.com;
              auth=pass (cram-md5) smtp.auth=sender@example.net;
              spf=pass smtp.mailfrom=example.net
            """)
        #expect(two.authservID == "example.com")
        #expect(two.results.map(\.method) == ["auth", "spf"])
        #expect(two.results[0].comment == "cram-md5")
        #expect(two.results[0].properties == [.init("smtp", "auth", "sender@example.net")])
        let commented = try read(
            """
            foo.example.net (foobar) 1 (baz);
                dkim (Because I like it) / 1 (One yay) = (wait for it) fail
                  policy (A dot can go here) . (like that) expired
                  (this surprised me) = (as I wasn't expecting it) 1362471462
            """)
        #expect(commented.authservID == "foo.example.net")
        #expect(commented.results.map(\.method) == ["dkim"])
        #expect(commented.results[0].version == 1)
        #expect(commented.results[0].result == "fail")
        #expect(commented.results[0].properties == [.init("policy", "expired", "1362471462")])
    }

    @Test func quotedStringsCommentsAndFoldsAreRead() throws {
        let field = try read(
            #""mx.example.org"; dkim=PASS (a (nested \) one)) Reason="a \"b\"; c" Header.D="x y" header.i="l p"@example.net;"#
        )
        #expect(field.authservID == "mx.example.org")
        let result = try #require(field.results.first)
        #expect(result.result == "pass")
        #expect(result.comment == "a (nested ) one)")
        #expect(result.reason == #"a "b"; c"#)
        #expect(result.properties == [.init("header", "d", "x y"), .init("header", "i", #""l p"@example.net"#)])
    }

    @Test(arguments: [
        "", ";", "; spf=pass", "mx.example.org", "mx.example.org 2; none", "mx.example.org; spf",
        "mx.example.org; spf=",
        "mx.example.org; spf=pass smtp", "mx.example.org; spf=pass smtp.mailfrom", "mx.example.org; none; spf=pass",
        "mx.example.org; spf=pass; none", "mx.example.org; spf=pass (open", "mx.example.org; spf=pass reason=\"open",
        "mx.example.org; spf=pass smtp.\"x\"=y", "mx.example.org spf=pass", "mx.example.org; spf/x=pass",
    ])
    func whatIsNoFieldIsRefused(_ text: String) {
        // A bare ID is taken: older writers left out `; none`.
        if text == "mx.example.org" {
            #expect((try? read(text))?.results.isEmpty == true)
        } else {
            #expect(throws: AuthenticationResultsError.self) { try read(text) }
        }
    }

    @Test func errorsNameTheirOffset() {
        #expect(throws: AuthenticationResultsError(offset: 15, kind: .unsupportedVersion)) {
            try read("mx.example.org 2; none")
        }
        #expect(throws: AuthenticationResultsError(offset: 19, kind: .expected("="))) {
            try read("mx.example.org; spf")
        }
    }

    @Test func readingIsBounded() {
        let deep = String(repeating: "(", count: 10_000) + String(repeating: ")", count: 10_000)
        let cases = [
            "mx; spf=pass \(deep)", "mx" + String(repeating: "; spf=pass", count: 1_000),
            "mx; spf=pass" + String(repeating: " smtp.helo=x", count: 1_000),
            "mx; " + String(repeating: " ", count: 1 << 20),
        ]
        for text in cases { #expect(throws: AuthenticationResultsError.self) { try read(text) } }
    }

    @Test func anyTextIsReadWithoutFault() {
        var random = SystemRandomNumberGenerator()
        let words = [
            "mx.example.org", ";", " ", "spf", "=", "pass", ".", "(", ")", "\"", "\\", "@", "/", "1", "reason", "none",
            "\r\n\t", "\u{e9}",
        ]
        for _ in 0..<50_000 {
            let count = Int.random(in: 0...20, using: &random)
            let text = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }.joined()
            let field = try? read(text)
            // What a strict reader takes for ours, counts as claiming.
            if field?.authservID.lowercased() == "mx.example.org" {
                #expect(
                    AuthenticationResults.claims(authservID: "mx.example.org", fieldValue: Array(text.utf8)), "\(text)")
            }
        }
    }

    // MARK: Claims

    @Test(arguments: [
        "mx.example.org; none", " mx.example.org;\r\n\tspf=pass", "MX.Example.ORG; none", "mx.example.org",
        "mx.example.org 1; none",
        "mx.example.org\r\n 1; none", "(comment) mx.example.org; none", "(a (b) c) mx.example.org; none",
        "(a \\) b) mx.example.org; none", "(a (b) mx.example.org; none", "(unclosed mx.example.org; none",
        "\"mx.example.org\"; none",
        "\"mx\\.example.org\"; none", "\"mx.\"example.org; none", "mx.example.org.; none", "mx . example . org; none",
        "mx.(x)example.org; none", "mx.example.org/1; none", "mx.example.org(x); none",
        "mx.example\r\n .org; none", "\u{a0}mx.example.org; none", "mx.example.org\u{a0}x; none",
        "mx.ex\u{ad}ample.org; none",
        "mx.example.org\0.evil; none", "\0mx.example.org; none", "\u{feff}mx.example.org; none",
        "=?utf-8?q?mx=2Eexample=2Eorg?=; none",
        "x mx.example.org; none", "<mx.example.org>; none", "mx.example.org:25; none", "mx.example.org=; none",
        "(;) mx.example.org; none", "\"a;b\" mx.example.org; none", "mx.example.org, x; none",
    ])
    func whatALaxReaderTakesForOursClaims(_ value: String) {
        #expect(AuthenticationResults.claims(authservID: "mx.example.org", fieldValue: Array(value.utf8)))
        #expect(AuthenticationResults.claims(authservID: "MX.example.org", fieldValue: Array(value.utf8)))
    }

    @Test(arguments: [
        "", "other.example; none", "other.example; spf=pass smtp.helo=mx.example.org", "amx.example.org; none",
        "mx.example.organic; none", "mx.example.org1; none", "mx.example.org2 1; none",
        "mx.example.org.evil.example; none", "a.mx.example.org; none",
        "mx-example.org; none", "example.org; none",
        "other.example; dkim=pass (mx.example.org; said) header.d=x", "org; none", "x.example.org 1; none",
    ])
    func whatIsAnothersDoesNot(_ value: String) {
        #expect(!AuthenticationResults.claims(authservID: "mx.example.org", fieldValue: Array(value.utf8)))
    }

    @Test func claimsAreFoundInAnyLengthAndWithoutDelay() {
        let long = "(" + String(repeating: "x (", count: 80_000) + " mx.example.org; none"
        #expect(AuthenticationResults.claims(authservID: "mx.example.org", fieldValue: Array(long.utf8)))
        let others = String(repeating: "mx.example.or", count: 20_000)
        #expect(!AuthenticationResults.claims(authservID: "mx.example.org", fieldValue: Array(others.utf8)))
    }
}
