import MailAuthentication
import MailPolicy
import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite struct VerifyServiceTests {
    private static let dns = NamedRecords(
        texts: [
            "example.org": "v=spf1 ip4:192.0.2.0/24 -all", "_dmarc.example.org": "v=DMARC1; p=reject",
            "quarantined.example": "v=spf1 -all", "_dmarc.quarantined.example": "v=DMARC1; p=quarantine",
            "watched.example": "v=spf1 -all", "_dmarc.watched.example": "v=DMARC1; p=none",
        ], silent: ["slow.example"])

    private static let text = """
        From: Taro <taro@example.org>
        To: hanako@isp.example
        Subject: =?utf-8?B?5Lya6K2w?=

        Hello
        """

    private static func forged(_ domain: String) -> ShownMail {
        var mail = ShownMail(text.replacing("example.org", with: domain))
        mail.client = "198.51.100.7"
        mail.sender = "taro@\(domain)"
        return mail
    }

    private static func results(_ verdict: MilterVerdict) throws -> [String: String] {
        let values = verdict.inserted("Authentication-Results")
        #expect(values.count == 1)
        let read = try AuthenticationResults(parsing: Array(values.first ?? "").map { $0.utf8 }.joined())
        #expect(read.authservID == "mx.isp.example")
        return Dictionary(read.results.map { ($0.method, $0.result) }) { _, last in last }
    }

    // MARK: What is found

    @Test func whatIsFoundIsWrittenOnceAndCounted() async throws {
        let rig = try VerifyingRig(Self.dns)
        let verdict = await ShownMail(Self.text).verdict(of: rig.verify)
        #expect(verdict.ending == .continue && verdict.quarantine == nil)
        #expect(
            try Self.results(verdict)
                == ["spf": "pass", "sender-id": "pass", "dkim": "none", "dmarc": "pass", "arc": "none"])
        let tally = try #require(rig.tally("example.org"))
        #expect(tally.messages == 1)
        #expect(tally[.spf, .pass] == 1 && tally[.senderid, .pass] == 1 && tally[.dmarc, .pass] == 1)
        #expect(tally[.dkim, .none] == 1 && tally[.arc, .none] == 1)
        #expect(rig.lastVerdict == nil)
    }

    @Test(arguments: ["例え.example", "xn--r8jz45g.example", "XN--R8JZ45G.Example", "例え．EXAMPLE"])
    func aDomainIsOneHoweverItIsSpelled(domain: String) async throws {
        let rig = try VerifyingRig(Self.dns)
        var mail = Self.forged(domain)
        mail.sender = "taro@example.org"
        _ = await mail.verdict(of: rig.verify)
        #expect(rig.tally("xn--r8jz45g.example")?.messages == 1)
    }

    @Test func aDNSThatDoesNotAnswerIsATemporaryErrorAndRefusesNothing() async throws {
        let rig = try VerifyingRig(Self.dns, dmarc: DMARCRules(enforcement: .reject))
        let mail = Self.forged("slow.example")
        let verdict = await mail.verdict(of: rig.verify)
        #expect(verdict.ending == .continue && verdict.quarantine == nil)
        #expect(try Self.results(verdict)["spf"] == "temperror")
        #expect(rig.tally("slow.example")?[.spf, .temperror] == 1)
    }

    @Test func whoHasLoggedInIsNotChecked() async throws {
        let rig = try VerifyingRig(Self.dns, dmarc: DMARCRules(enforcement: .reject))
        var mail = Self.forged("example.org")
        mail.login = "taro@isp.example"
        let verdict = await mail.verdict(of: rig.verify)
        #expect(verdict.ending == .continue)
        #expect(try Self.results(verdict) == ["auth": "pass"])
        #expect(verdict.inserted("Authentication-Results").first?.contains("smtp.auth=taro@isp.example") == true)
        #expect(rig.tally("example.org") == nil)
    }

    @Test func theMailServersOwnMailIsNotChecked() async throws {
        let rig = try VerifyingRig(Self.dns, dmarc: DMARCRules(enforcement: .reject))
        var mail = ShownMail("Authentication-Results: mx.isp.example; spf=pass\n" + Self.text)
        mail.client = ""
        let verdict = await mail.verdict(of: rig.verify)
        #expect(verdict == MilterVerdict(changes: [.delete(nth: 1, name: Array("Authentication-Results".utf8))]))
    }

    @Test func whatOurOwnHostsHandBackIsNotJudgedAgain() async throws {
        let rig = try VerifyingRig(Self.dns, dmarc: DMARCRules(enforcement: .reject))
        var mail = Self.forged("example.org")
        mail.text = "Authentication-Results: mx.isp.example; dmarc=pass\r\n" + mail.text
        mail.client = "127.0.0.1"
        #expect(await mail.verdict(of: rig.verify) == MilterVerdict())
        #expect(rig.tally("example.org") == nil)
    }

    // MARK: What claims to be ours

    @Test func fieldsThatClaimToBeOursAreRemovedAndNoOthers() async throws {
        let rig = try VerifyingRig(Self.dns)
        let mail = ShownMail(
            """
            Authentication-Results: mail.example.org; spf=pass
            Authentication-Results: mx.isp.example; spf=pass
            authentication-results: (a comment) MX.ISP.example 1;
             dkim=pass
            Sekisho-DMARC: fail; policy=reject; domain=example.com
            Authentication-Results: mx.isp.example.org; spf=pass

            """ + Self.text)
        let verdict = await mail.verdict(of: rig.verify)
        #expect(verdict.deleted == ["Sekisho-DMARC 1", "Authentication-Results 3", "Authentication-Results 2"])
        let changed = mail.changed(by: verdict).text
        #expect(changed.hasPrefix("Authentication-Results: mx.isp.example;\r\n\tspf=none"))
        #expect(!changed.contains("MX.ISP.example") && changed.contains("mx.isp.example.org; spf=pass"))
    }

    @Test func aForgedFieldBehindMoreFieldsThanAreKeptIsRemovedToo() async throws {
        let rig = try VerifyingRig(Self.dns)
        let mail = ShownMail(
            String(repeating: "X-Padding: x\n", count: 3_000) + "Authentication-Results: mx.isp.example; spf=pass\n"
                + Self.text)
        let verdict = await mail.verdict(of: rig.verify)
        #expect(verdict.deleted == ["Authentication-Results 1"])
    }

    @Test func aResultsFieldThatIsTooLongToReadIsRemoved() async throws {
        let rig = try VerifyingRig(Self.dns)
        let handler = rig.verify.message(
            from: MilterPath(address: []), on: MilterConnection(listener: "test"), macros: MilterMacros())
        handler.longHeader(name: Array("X-Long".utf8).span, length: 1_000_000)
        handler.longHeader(name: Array("authentication-Results".utf8).span, length: 1_000_000)
        let verdict = await handler.verdict(macros: MilterMacros())
        #expect(verdict.deleted == ["Authentication-Results 1"])
    }

    @Test func aMessageWithForgedFieldsByTheHundredIsRefused() async throws {
        let rig = try VerifyingRig(Self.dns)
        let forged = "Authentication-Results: mx.isp.example; spf=pass\n"
        let some = await ShownMail(String(repeating: forged, count: 100) + Self.text).verdict(of: rig.verify)
        #expect(some.ending == .continue && some.deleted.count == 100)
        let many = await ShownMail(String(repeating: forged, count: 101) + Self.text).verdict(of: rig.verify)
        guard case .refuse(let refusal) = many.ending else { return #expect(Bool(false), "\(many)") }
        #expect(refusal.code == .transactionFailed554)
    }

    // MARK: What the domain disowns

    @Test(arguments: [
        (DMARCRules.Enforcement.off, "example.org", "pass"), (.tag, "example.org", "mark"),
        (.quarantine, "example.org", "hold"), (.reject, "example.org", "refuse"),
        (.off, "quarantined.example", "pass"), (.tag, "quarantined.example", "mark"),
        (.quarantine, "quarantined.example", "hold"), (.reject, "quarantined.example", "hold"),
        (.off, "watched.example", "pass"), (.tag, "watched.example", "mark"), (.quarantine, "watched.example", "mark"),
        (.reject, "watched.example", "mark"), (.reject, "unpublished.example", "pass"),
    ])
    func thePolicyIsFollowedAsFarAsTheSiteWants(
        _ enforcement: DMARCRules.Enforcement, _ domain: String, _ expected: String
    ) async throws {
        let rig = try VerifyingRig(Self.dns, dmarc: DMARCRules(enforcement: enforcement))
        let verdict = await Self.forged(domain).verdict(of: rig.verify)
        let marks = verdict.inserted("Sekisho-DMARC")
        switch (verdict.ending, verdict.quarantine) {
        case (.continue, nil): #expect(expected == (marks.isEmpty ? "pass" : "mark"))
        case (.continue, _): #expect(expected == "hold" && marks.count == 1)
        case (.refuse(let refusal), nil):
            #expect(expected == "refuse" && "\(refusal.code.rawValue) \(refusal.status)" == "550 5.7.1")
        default: #expect(Bool(false), "\(verdict)")
        }
        #expect(rig.tally(domain)?.messages == 1)
    }

    @Test func theMarkSaysWhatTheDomainAsksFor() async throws {
        let verdict = await Self.forged("example.org").verdict(of: try VerifyingRig(Self.dns).verify)
        #expect(verdict.inserted("Sekisho-DMARC") == ["fail; policy=reject; domain=example.org"])
    }

    @Test func aRefusalIsFoundAgainByItsQueueIDWithItsRule() async throws {
        let rig = try VerifyingRig(Self.dns, dmarc: DMARCRules(enforcement: .reject))
        _ = await Self.forged("example.org").verdict(of: rig.verify)
        let verdict = try #require(rig.lastVerdict)
        #expect(verdict.record.verdict.rule == .dmarc && verdict.record.verdict.outcome == .refused)
        #expect(verdict.queueID == "4XYZ12" && verdict.source == "198.51.100.7")
        #expect(verdict.sender == "taro@example.org" && verdict.recipient == "hanako@isp.example")
        #expect(verdict.reply.hasPrefix("550 5.7.1 The domain in From does not answer for this message"))
    }

    @Test func aWhitelistedSourceIsLetThroughAndThatIsWrittenDown() async throws {
        let rig = try VerifyingRig(
            Self.dns, dmarc: DMARCRules(enforcement: .reject), whitelisted: ["198.51.100.0/24"])
        let verdict = await Self.forged("example.org").verdict(of: rig.verify)
        #expect(verdict.ending == .continue && verdict.inserted("Sekisho-DMARC").isEmpty)
        #expect(rig.lastVerdict?.record.verdict.rule == .whitelisted)
    }

    @Test(arguments: [
        String(repeating: "X-Padding: x\n", count: 3_000) + "From: taro@example.org",
        "From: a@unpublished.example\nFrom: taro@example.org", "From: a@unpublished.example, taro@example.org",
        "From: Taro <taro@example.org",
    ])
    func noShapeOfTheHeaderGetsPastADomainsPolicy(_ header: String) async throws {
        let rig = try VerifyingRig(Self.dns, dmarc: DMARCRules(enforcement: .reject))
        var mail = Self.forged("example.org")
        mail.text = header.replacing("\n", with: "\r\n") + "\r\nSubject: x\r\n\r\nHello\r\n"
        guard case .refuse(let refusal) = await mail.verdict(of: rig.verify).ending else {
            return #expect(Bool(false), "it went on")
        }
        #expect("\(refusal.code.rawValue) \(refusal.status)" == "550 5.7.1")
    }

    @Test(arguments: [
        (DMARCRules.Enforcement.off, "pass"), (.tag, "mark"), (.quarantine, "hold"), (.reject, "refuse"),
    ])
    func whatNobodyCanBeAskedAboutIsAMatterOfItsOwnSetting(
        _ setting: DMARCRules.Enforcement, _ expected: String
    ) async throws {
        let rig = try VerifyingRig(Self.dns, dmarc: DMARCRules(enforcement: .reject, unknownAuthors: setting))
        for (from, mark) in [
            ("From: Taro <taro@unpublished.example", "permerror; policy=none"), ("From: Taro", "none; policy=none"),
            ("X: y", "none; policy=none"),
        ] {
            var mail = ShownMail(from + "\nSubject: x\n\nHello")
            mail.client = "198.51.100.7"
            let verdict = await mail.verdict(of: rig.verify)
            let marks = verdict.inserted("Sekisho-DMARC")
            switch (verdict.ending, verdict.quarantine) {
            case (.continue, nil): #expect(expected == (marks.isEmpty ? "pass" : "mark"))
            case (.continue, _): #expect(expected == "hold")
            case (.refuse(let refusal), nil): #expect(expected == "refuse" && refusal.text.hasPrefix("The From field"))
            default: #expect(Bool(false), "\(verdict)")
            }
            if !marks.isEmpty { #expect(marks == [mark]) }
        }
        if expected != "pass" { #expect(rig.lastVerdict?.record.verdict.rule == .unknownAuthor) }
    }

    // MARK: Forwarding

    @Test func sealedMailIsBelievedWhereItsSealerIsTrusted() async throws {
        let pair = try DKIMKeyPair.generate(.ed25519)
        var dns = Self.dns
        dns.texts["s1._domainkey.lists.example"] = pair.recordText
        let sealing = SealingSettings(domain: "lists.example", selector: "s1", key: pair.privateKey)
        let forwarder = try VerifyingRig(dns, sealing: sealing)
        let mail = ShownMail(Self.text)
        var forwarded = mail.changed(by: await mail.verdict(of: forwarder.verify))
        #expect(forwarded.text.hasPrefix("ARC-Seal: i=1;"))
        forwarded.client = "198.51.100.9"
        forwarded.sender = "bounce@lists.example"

        let wary = try VerifyingRig(dns, dmarc: DMARCRules(enforcement: .reject))
        guard case .refuse = await forwarded.verdict(of: wary.verify).ending else {
            return #expect(Bool(false), "a seal of somebody unknown was believed")
        }
        let trusting = try VerifyingRig(
            dns, dmarc: DMARCRules(enforcement: .reject, trustedSealers: ["lists.example"]))
        let verdict = await forwarded.verdict(of: trusting.verify)
        #expect(verdict.ending == .continue)
        #expect(try Self.results(verdict)["arc"] == "pass")
        #expect(trusting.lastVerdict?.record.verdict.rule == .trustedSealer)

        // Until its key can be looked up, it is put off.
        var silent = dns
        silent.silent.insert("s1._domainkey.lists.example")
        for (sealer, expected) in [("lists.example", "451 4.4.3"), ("other.example", "550 5.7.1")] {
            let rig = try VerifyingRig(silent, dmarc: DMARCRules(enforcement: .reject, trustedSealers: [sealer]))
            guard case .refuse(let refusal) = await forwarded.verdict(of: rig.verify).ending else {
                return #expect(Bool(false), "a seal was believed that could not be checked")
            }
            #expect("\(refusal.code.rawValue) \(refusal.status)" == expected)
            #expect(rig.tally("example.org")?[.arc, .temperror] == 1)
        }

        // A chain that is broken whatever the key is, is not waited for.
        var changed = forwarded
        changed.text += "-- \r\nA footer.\r\n"
        let waiting = try VerifyingRig(
            silent, dmarc: DMARCRules(enforcement: .reject, trustedSealers: ["lists.example"]))
        guard case .refuse(let refusal) = await changed.verdict(of: waiting.verify).ending else {
            return #expect(Bool(false), "a seal on another body was believed")
        }
        #expect("\(refusal.code.rawValue) \(refusal.status)" == "550 5.7.1")
        #expect(waiting.tally("example.org")?[.arc, .fail] == 1)

        // What its sealer had found was no pass.
        var forged = Self.forged("example.org")
        forged = forged.changed(by: await forged.verdict(of: forwarder.verify))
        guard case .refuse = await forged.verdict(of: trusting.verify).ending else {
            return #expect(Bool(false), "a seal on forged mail was believed")
        }
    }

    /// As somebody else's host seals it, who may say of it what they like.
    private static func sealed(
        _ header: String, saying results: String, by domain: DomainName, _ key: DKIMPrivateKey, at now: Moment
    ) async throws -> ShownMail {
        var mail = ShownMail("\(header)\nTo: hanako@isp.example\nSubject: x\n\nHello\n")
        let message = MessageText(Array(mail.text.utf8))
        let sealer = ARCSealer(domain: domain, key: DKIMSigner.Key(selector: "s1", privateKey: key))
        let validator = ARCValidator(resolver: dns)
        var hasher = BodyHasher()
        let chain = validator.read(message.header, into: &hasher)
        sealer.prepare(&hasher)
        hasher.update(message.body)
        let body = hasher.finish()
        let fields = try sealer.seal(
            message.header, chain: chain,
            outcome: await validator.validate(chain, of: message.header, body: body, at: now),
            authenticationResults: Array(results.utf8), body: body, at: now)
        let set = [
            ("ARC-Seal", fields.seal), ("ARC-Message-Signature", fields.messageSignature),
            ("ARC-Authentication-Results", fields.authenticationResults),
        ]
        mail.text =
            set.map { "\($0):" + String(decoding: $1, as: UTF8.self) + "\r\n" }.joined() + mail.text
        mail.client = "198.51.100.9"
        mail.sender = "bounce@lists.example"
        return mail
    }

    /// Whoever the sealer names of several, another is shown as the author too.
    @Test(arguments: [
        ("From: Taro <taro@example.org>", true),
        ("From: taro@example.org, jiro@example.org", true),
        ("From: taro@example.org, a@unpublished.example", false),
        ("From: a@unpublished.example, taro@example.org", false),
        ("From: taro@example.org, a@quarantined.example", false),
        ("From: taro@example.org\nFrom: a@unpublished.example", false),
        ("From: taro@example.org\nFrom: taro@example.org", false),
    ])
    func aTrustedSealerVouchesForMessagesOfOneAuthorAlone(_ header: String, _ isVouchedFor: Bool) async throws {
        let pair = try DKIMKeyPair.generate(.ed25519)
        var dns = Self.dns
        dns.texts["s1._domainkey.lists.example"] = pair.recordText
        let rig = try VerifyingRig(
            dns, dmarc: DMARCRules(enforcement: .reject, trustedSealers: ["lists.example"]))
        let mail = try await Self.sealed(
            header, saying: "lists.example; dmarc=pass header.from=example.org", by: "lists.example", pair.privateKey,
            at: rig.gatehouse.clock.now())
        let verdict = await mail.verdict(of: rig.verify)
        // The seal holds in either case, so that it is not for its sake that the message is refused. It is counted for the
        // author who stands first.
        let arc = ["example.org", "unpublished.example"].compactMap { rig.tally($0)?[.arc, .pass] }.reduce(0, +)
        if isVouchedFor {
            #expect(verdict.ending == .continue && arc == 1)
            #expect(rig.lastVerdict?.record.verdict.rule == .trustedSealer)
        } else {
            guard case .refuse(let refusal) = verdict.ending else {
                return #expect(Bool(false), "a sealer vouched for several authors")
            }
            #expect("\(refusal.code.rawValue) \(refusal.status)" == "550 5.7.1" && arc == 1)
            #expect(rig.lastVerdict?.record.verdict.rule == .dmarc)
        }
    }

    @Test func onlyMailForThoseWhoForwardIsSealed() async throws {
        let pair = try DKIMKeyPair.generate(.ed25519)
        let sealing = SealingSettings(
            domain: "isp.example", selector: "s1", key: pair.privateKey,
            recipients: ["forwarded@isp.example", "lists.isp.example"])
        let rig = try VerifyingRig(Self.dns, sealing: sealing)
        for (recipients, isSealed) in [
            (["hanako@isp.example"], false), (["Forwarded@ISP.example"], true), (["a@lists.isp.example"], true),
            (["hanako@isp.example", "forwarded@isp.example"], true),
        ] {
            var mail = ShownMail(Self.text)
            mail.recipients = recipients
            #expect(await mail.verdict(of: rig.verify).inserted("ARC-Seal").count == (isSealed ? 1 : 0))
        }
    }
}
