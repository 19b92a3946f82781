import Testing

@testable import MailAuthentication

@Suite struct DMARCRecordTests {
    private func record(_ text: String) throws -> DMARCRecord {
        try #require(DMARCRecord(parsing: Array(text.utf8)))
    }

    @Test func everyTagIsRead() throws {
        let record = try record(
            "v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=s; psd=n; t=y; fo=1:d:s; "
                + "rua=mailto:a@example.org,mailto:b@example.net; ruf=https://example.org/r")
        #expect(record.policy == .reject)
        #expect(record.subdomainPolicy == .quarantine)
        #expect(record.nonexistentPolicy == DMARCRecord.Policy.none)
        #expect(record.dkimAlignment == .strict)
        #expect(record.spfAlignment == .strict)
        #expect(record.publicSuffix == .no)
        #expect(record.isTest)
        #expect(record.failureOptions == [.anyFailed, .dkim, .spf])
        #expect(record.aggregateReports.map(\.text) == ["mailto:a@example.org", "mailto:b@example.net"])
        #expect(record.failureReports.map(\.text) == ["https://example.org/r"])
        #expect(record.problems.isEmpty)
    }

    @Test func theDefaultsAreThoseOfTheRFC() throws {
        let record = try record("v=DMARC1;p=none")
        #expect(record.subdomainPolicy == nil)
        #expect(record.dkimAlignment == .relaxed)
        #expect(record.spfAlignment == .relaxed)
        #expect(record.publicSuffix == .unstated)
        #expect(!record.isTest)
        #expect(record.failureOptions == .allFailed)
        #expect(record.problems.isEmpty)
    }

    @Test func aRecordOfTheOldKindIsRead() throws {
        let record = try record("v=DMARC1; p=quarantine; pct=20; rf=afrf:iodef; ri=3600; rua=mailto:a@example.org!10m")
        #expect(record.policy == .quarantine)
        #expect(record.percentage == 20)
        #expect(record.failureFormats == ["afrf", "iodef"])
        #expect(record.reportInterval == 3_600)
        #expect(record.aggregateReports.first?.text == "mailto:a@example.org")
        #expect(record.aggregateReports.first?.sizeLimit == 10 << 20)
        #expect(record.problems.isEmpty)
    }

    @Test(arguments: [
        "v=DMARC1", "v=DMARC1;", "v = DMARC1 ;p=none", "V=DMARC1; p=none", "v=\tDMARC1\t;",
    ])
    func theVersionMakesItARecord(_ text: String) {
        #expect(DMARCRecord(parsing: Array(text.utf8)) != nil)
    }

    @Test(arguments: [
        "", "v", "v=", "v=DMARC", "v=DMARC2; p=none", "v=dmarc1; p=none", "v=DMARC10; p=none", "v=DMARC1 p=none",
        " v=DMARC1; p=none", "p=none; v=DMARC1", "v=spf1 -all", "x=DMARC1", "DMARC1",
    ])
    func anythingElseIsNone(_ text: String) {
        #expect(DMARCRecord(parsing: Array(text.utf8)) == nil)
    }

    @Test func whatIsWrongIsToldWithItsOffsetAndLeavesTheDefault() throws {
        let cases: [(String, offset: Int, tag: String)] = [
            ("v=DMARC1; p=nothing", 12, "p"), ("v=DMARC1; p=none; sp=x", 21, "sp"), ("v=DMARC1; p=none; np=", 21, "np"),
            ("v=DMARC1; p=none; adkim=x", 24, "adkim"), ("v=DMARC1; p=none; t=yes", 20, "t"),
            ("v=DMARC1; p=none; pct=101", 22, "pct"), ("v=DMARC1; p=none; pct=-1", 22, "pct"),
            ("v=DMARC1; p=none; fo=0:x", 23, "fo"), ("v=DMARC1; p=none; psd=q", 22, "psd"),
            ("v=DMARC1; p=none; p=reject", 18, "p"), ("v=DMARC1; p=none; v=DMARC1", 20, "v"),
            ("v=DMARC1; p=none; nonsense", 18, ""), ("v=DMARC1; p=none; =x", 18, ""), ("v=DMARC1;; p=none", 9, ""),
            ("v=DMARC1; sp=none", 17, "p"), ("v=DMARC1; p=none; rua=mailto:a@b,nonsense", 33, "rua"),
            ("v=DMARC1; p=none; rua=mailto:a b@c.example", 30, "rua"),
            ("v=DMARC1; p=none; ruf=mailto:@c.example", 29, "ruf"),
        ]
        for (text, offset, tag) in cases {
            let problems = try record(text).problems
            #expect(problems.map(\.offset) == [offset], "\(text): \(problems)")
            #expect(problems.map(\.tag) == [tag], "\(text)")
        }
        #expect(try record("v=DMARC1; p=none; p=reject").policy == DMARCRecord.Policy.none)
        #expect(try record("v=DMARC1; p=none; fo=0:x").failureOptions == .allFailed)
        #expect(try record("v=DMARC1; p=nothing").policy == nil)
    }

    @Test func unknownTagsAndTheCaseOfKeywordsDoNotMatter() throws {
        let record = try record("v=DMARC1; zz=1; P=REJECT; x=;SP = None ;")
        #expect(record.policy == .reject)
        #expect(record.subdomainPolicy == DMARCRecord.Policy.none)
        #expect(record.problems.isEmpty)
    }

    @Test(arguments: [
        ("mailto:a@example.org", true), ("MAILTO:a@example.org", true), ("mailto:a+b%2Cc@example.org?subject=x", true),
        ("https://example.org/", true), ("mailto:a@example.org!5", true), ("mailto:a@example.org!5T", true),
        ("mailto:", false), ("mailto:a", false), ("mailto:@example.org", false), ("mailto:a@", false),
        ("a@example.org", false),
        ("mailto:a%2@example.org", false), ("mailto:a@example.org!", false), ("mailto:a@example.org!k", false),
        ("mailto:a@example.org!5x", false), ("mailto:a@example.org!99999999999999999999t", false), ("1x:y", false),
        (":y", false), ("", false), ("mailto:a\u{e4}@example.org", false), ("mailto:a@b..c", false),
    ])
    func reportAddressesAreChecked(_ text: String, _ isGood: Bool) {
        let uri = try? DMARCReportURI(parsing: Array(text.utf8)[...])
        #expect((uri != nil) == isGood)
    }

    @Test func listsAndProblemsAreBounded() throws {
        let uris = Array(repeating: "mailto:a@example.org", count: 500).joined(separator: ",")
        #expect(try record("v=DMARC1;p=none;rua=\(uris)").aggregateReports.count == 32)
        let nonsense = String(repeating: "nonsense;", count: 10_000)
        #expect(try record("v=DMARC1;\(nonsense)").problems.count == DMARCRecord.mostProblems)
    }

    @Test func anyTextIsReadWithoutFault() {
        var random = SystemRandomNumberGenerator()
        let words = [
            "v=DMARC1", ";", "p=", "reject", "rua=", "mailto:", "a@b", ",", "!", "10m", "%", " ", "\0", "\u{ff}", "fo=",
            "0:d",
        ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...12, using: &random)
            var text = Array("v=DMARC1;".utf8)
            for _ in 0..<count { text += Array(words.randomElement(using: &random)?.utf8 ?? "".utf8) }
            if Bool.random(using: &random), let index = text.indices.randomElement(using: &random) {
                text[index] = .random(in: 0...255, using: &random)
            }
            _ = DMARCRecord(parsing: text)
        }
    }
}
