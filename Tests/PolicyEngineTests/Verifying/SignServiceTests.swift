import MailAuthentication
import MailPolicy
import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite struct SignServiceTests {
    private static let text = """
        From: =?utf-8?B?5bGx55Sw?= <yamada@isp.example>
        To: taro@example.org
        Subject: test

        Hello,\t
        world

        """

    private let rsa: DKIMKeyPair
    private let ed25519: DKIMKeyPair

    init() throws {
        rsa = try DKIMKeyPair.generate(.rsa(bits: 1024))
        ed25519 = try DKIMKeyPair.generate(.ed25519)
    }

    private func rig(subdomains: Bool = false, networks: [String]? = nil) throws -> VerifyingRig {
        let keys = [
            SigningKey(domain: "isp.example", selector: "r1", key: rsa.privateKey, coversSubdomains: subdomains),
            SigningKey(domain: "isp.example", selector: "e1", key: ed25519.privateKey),
        ]
        let dns = NamedRecords(texts: [
            "r1._domainkey.isp.example": rsa.recordText, "e1._domainkey.isp.example": ed25519.recordText,
            "_dmarc.isp.example": "v=DMARC1; p=reject",
        ])
        let ownHosts = try networks.map { OwnHosts(networks: try $0.map { try Network(parsing: $0) }) }
        return try VerifyingRig(dns, ownHosts: ownHosts ?? OwnHosts(), keys: keys)
    }

    private func mail(_ author: String = "yamada@isp.example", login: String = "yamada@isp.example") -> ShownMail {
        var mail = ShownMail(Self.text.replacing("yamada@isp.example", with: author))
        mail.login = login
        mail.client = "203.0.113.5"
        return mail
    }

    @Test func whatIsSignedWithBothKeysVerifiesAtTheOtherEnd() async throws {
        let rig = try rig()
        let mail = mail()
        let verdict = await mail.verdict(of: rig.sign)
        let signatures = verdict.inserted("DKIM-Signature")
        #expect(signatures.count == 2)
        #expect(signatures.first?.contains("a=rsa-sha256") == true && signatures.last?.contains("a=ed25519") == true)

        var arrived = mail.changed(by: verdict)
        arrived.login = ""
        let found = await arrived.verdict(of: rig.verify)
        let results = try #require(found.inserted("Authentication-Results").first)
        #expect(results.components(separatedBy: "dkim=pass").count == 3)
        #expect(results.contains("dmarc=pass"))
        #expect(rig.complaints.all.isEmpty)
    }

    @Test func anOutsiderGetsNoSignatureOfOurs() async throws {
        let rig = try rig()
        #expect(await mail(login: "").verdict(of: rig.sign) == MilterVerdict())
    }

    @Test func ourOwnHostsAreSignedForWithoutLogin() async throws {
        let rig = try rig(networks: ["203.0.113.0/24"])
        #expect(await mail(login: "").verdict(of: rig.sign).changes.count == 2)
        var second = mail(login: "")
        second.client = "127.0.0.1"
        #expect(await second.verdict(of: rig.sign).changes.isEmpty)
        #expect(await second.verdict(of: try self.rig().sign).changes.count == 2)
    }

    @Test(arguments: [
        ("a@isp.example", true, true), ("a@ISP.Example", true, true), ("a@mail.isp.example", false, false),
        ("a@mail.isp.example", true, true), ("a@b.mail.isp.example", true, true), ("a@nisp.example", true, false),
        ("a@example.org", true, false), ("a@[192.0.2.1]", true, false), ("nobody", true, false),
    ])
    func theAuthorsDomainDecidesWhoseKeysSign(_ author: String, _ subdomains: Bool, _ isSigned: Bool) async throws {
        let verdict = await mail(author).verdict(of: try rig(subdomains: subdomains).sign)
        #expect(verdict.inserted("DKIM-Signature").count == (isSigned ? 2 : 0))
        #expect(verdict.inserted("DKIM-Signature").allSatisfy { $0.contains("d=isp.example;") })
    }

    @Test func aHeaderBeyondTheBoundsGoesOutUnsignedAndIsToldOf() async throws {
        let rig = try rig()
        let mail = mail()
        let padding = String(repeating: "X-Padding: x\r\n", count: 3_000)
        for text in [padding + mail.text, mail.text.replacing("To: ", with: padding + "To: ")] {
            var large = mail
            large.text = text
            #expect(await large.verdict(of: rig.sign).changes.isEmpty)
        }
        let told = " goes out without a signature: the header is larger than what is kept of one"
        #expect(rig.complaints.all == ["4XYZ12 of isp.example\(told)", "4XYZ12 of isp.example\(told)"])
    }

    @Test func whatNobodyCanTellTheAuthorOfGoesOutUnsignedAndIsToldOf() async throws {
        let rig = try rig()
        var mail = mail()
        mail.text = mail.text.replacing("=?utf-8?B?5bGx55Sw?= <", with: "Yamada, Hanako <")
        #expect(await mail.verdict(of: rig.sign).inserted("DKIM-Signature").count == 2)
        #expect(rig.complaints.all.isEmpty)
        mail.text = mail.text.replacing("isp.example>", with: "isp.example")
        #expect(await mail.verdict(of: rig.sign).changes.isEmpty)
        let told = "4XYZ12 goes out without a signature: the From field cannot be read: an angle bracket"
        #expect(rig.complaints.all.map { $0.hasPrefix(told) } == [true])
        mail.text = "Subject: x\r\n\r\nHello\r\n"
        #expect(await mail.verdict(of: rig.sign).changes.isEmpty)
        #expect(
            rig.complaints.all.last
                == "4XYZ12 goes out without a signature: the message has no From, which must be signed")
    }

    @Test func whatALoginWritesInOurNameIsRemoved() async throws {
        let forged = "Authentication-Results: mx.isp.example; dkim=pass\r\n"
        var mail = mail()
        mail.text = forged + mail.text
        #expect(await mail.verdict(of: try rig().sign).deleted == ["Authentication-Results 1"])
        // On a second hop it is what this host found at the first.
        mail.login = ""
        mail.client = "127.0.0.1"
        #expect(await mail.verdict(of: try rig().sign).deleted.isEmpty)
    }
}
