import Foundation
import Testing

@testable import MailAuthentication

@Suite struct PublicSuffixListTests {
    /// The list and its test cases, as publicsuffixlist's source distribution carries them.
    private func file(_ name: String) throws -> String {
        let variable = "SEKISHO_TEST_DATA"
        let root = try #require(
            ProcessInfo.processInfo.environment[variable],
            "set \(variable) to the folder with the unpacked source distribution of publicsuffixlist")
        let folder = try #require(
            FileManager.default.contentsOfDirectory(atPath: root).first {
                $0.hasPrefix("publicsuffixlist-") && !$0.hasSuffix(".gz")
            }, "\(root) has no publicsuffixlist-*; pip download --no-binary :all: publicsuffixlist")
        return try String(contentsOfFile: "\(root)/\(folder)/publicsuffixlist/\(name)", encoding: .utf8)
    }

    @Test func theListsOwnCasesHold() throws {
        let list = try PublicSuffixList(parsing: try file("public_suffix_list.dat"))
        var count = 0
        for line in try file("test_psl.txt").split(separator: "\n") where line.hasPrefix("checkPublicSuffix(") {
            let words = line.dropFirst(18).split(separator: ")")[0].split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            func name(_ word: String) -> String? { word == "null" ? nil : String(word.dropFirst().dropLast()) }
            guard let input = name(words[0]) else { continue }
            let expected = name(words[1]).map { DomainName($0) }
            #expect(list.organizationalDomain(of: DomainName(input)) == expected, "\(line)")
            count += 1
        }
        #expect(count > 70)
    }

    @Test(arguments: [
        ("-----BEGIN CERTIFICATE-----\nMIIB\n", 1, "there is a blank in the rule"),
        ("// list\ncom\nco.uk and more\n", 3, "there is a blank in the rule"),
        ("com\n\n-----BEGIN\n", 3, "it is no rule"), ("com\na..b\n", 2, "it is no rule"), ("!\n", 1, "it is no rule"),
        ("*.\n", 1, "it is no rule"), ("[plans.new]\n", 1, "it is no rule"),
        ("com\r\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0Z3VS5JJcds3xfnABCDE\r\n", 2, "it is no rule"),
        ("/com\n", 1, "it is no rule"),
    ])
    func whatIsNoRuleIsToldWithItsLine(_ text: String, _ line: Int, _ problem: String) {
        let error = #expect(throws: PublicSuffixListError.self) { try PublicSuffixList(parsing: text) }
        #expect(error == PublicSuffixListError(line: line, problem: problem))
    }

    @Test(arguments: ["", "\n\n", "// only a comment\n"]) func aListWithoutRulesIsNone(_ text: String) {
        let error = #expect(throws: PublicSuffixListError.self) { try PublicSuffixList(parsing: text) }
        #expect(error?.description == "it has no rules in it")
    }

    @Test func theOldRuleUsesTheList() async throws {
        let list = try PublicSuffixList(parsing: "// comment\ncom\n\nco.uk // comment\n*.ck\n!www.ck\n")
        let zone = DMARCZone(["example.co.uk": "v=DMARC1; p=reject; sp=quarantine", "co.uk": "v=DMARC1; p=none; psd=y"])
        let check = DMARCCheck(resolver: zone, organizationalDomainRule: .publicSuffixList(list))
        let outcome = await check.check(
            DMARCMessage(
                authors: ["a.b.example.co.uk"], spf: DMARCIdentifier("x.example.co.uk", .pass),
                dkim: [DMARCIdentifier("other.co.uk", .pass)]))
        #expect(outcome.result == .pass)
        #expect(outcome.aligned == [.init(mechanism: .spf, domain: "x.example.co.uk")])
        #expect(outcome.organizationalDomain == "example.co.uk")
        #expect(outcome.requestedPolicy == .quarantine)
        #expect(zone.walked == ["a.b.example.co.uk", "example.co.uk"])
        // A public suffix has no organization above it.
        let suffix = await check.check(DMARCMessage(authors: ["x.ck"], spf: nil, dkim: []))
        #expect(suffix.result == .none)
        #expect(list.organizationalDomain(of: "www.ck") == "www.ck")
        #expect(list.organizationalDomain(of: "a.b.x.ck") == "b.x.ck")
    }
}

@Suite struct PunycodeTests {
    /// RFC 3492 section 7.1, samples A, B, C, I, L and S.
    @Test(arguments: [
        (
            "\u{644}\u{64A}\u{647}\u{645}\u{627}\u{628}\u{62A}\u{643}\u{644}\u{645}\u{648}\u{634}\u{639}\u{631}\u{628}\u{64A}\u{61F}",
            "egbpdaj6bu4bxfgehfvwxn"
        ),
        ("\u{4ED6}\u{4EEC}\u{4E3A}\u{4EC0}\u{4E48}\u{4E0D}\u{8BF4}\u{4E2D}\u{6587}", "ihqwcrb4cv8a8dqg056pqjye"),
        ("\u{4ED6}\u{5011}\u{7232}\u{4EC0}\u{9EBD}\u{4E0D}\u{8AAA}\u{4E2D}\u{6587}", "ihqwctvzc91f659drss3x8bo0yb"),
        ("3\u{5E74}B\u{7D44}\u{91D1}\u{516B}\u{5148}\u{751F}", "3B-ww4c5e180e575a65lsy2b"),
        ("-> $1.00 <-", "-> $1.00 <--"),
        ("b\u{fc}cher", "bcher-kva"),
    ])
    func theRFCsSamplesAreEncoded(_ text: String, _ expected: String) {
        #expect(Punycode.encode(text.unicodeScalars.map(\.value)) == expected)
    }
}
