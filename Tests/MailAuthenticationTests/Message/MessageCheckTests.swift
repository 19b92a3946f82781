import MailPolicy
import Testing

@testable import MailAuthentication

@Suite struct MessageCheckTests {
    private static let client = SPFClient(address: IPAddress(v4: 0xC000_0219), helo: "mail.example.org")
    private static let now = Moment(steady: 0, wall: 1_795_500_000_000)

    private static func zone(_ pair: DKIMKeyPair? = nil) -> DMARCZone {
        var answers: [Question: Answer] = [
            Question("example.org", .txt): text("v=spf1 ip4:192.0.2.25 -all"),
            Question("mail.example.org", .txt): text("v=spf1 a -all"),
            Question("mail.example.org", .a): Answer(.records([.address(IPAddress(v4: 0xC000_0219))])),
        ]
        if let pair { answers[Question("s1._domainkey.example.org", .txt)] = text(pair.recordText) }
        return DMARCZone(["example.org": "v=DMARC1; p=reject"], answers: answers)
    }

    private static func text(_ text: String) -> Answer { Answer(.records([.text(Array(text.utf8))])) }

    private func outcome(
        _ message: String, from sender: String, client: SPFClient = client, zone: DMARCZone = zone()
    ) async -> MessageOutcome {
        let check = MessageCheck(resolver: zone, receiver: "mx.example.net")
        let text = MessageText(Array(message.utf8))
        var reading = check.read(text.header)
        reading.hasher.update(text.body)
        return await check.finish(
            reading, MessageCheck.Envelope(client: client, mailFrom: sender), at: Self.now, trace: true)
    }

    private func signed(_ message: String, with pair: DKIMKeyPair) throws -> String {
        let text = MessageText(Array(message.utf8))
        let signer = DKIMSigner(
            domain: "example.org", keys: [DKIMSigner.Key(selector: "s1", privateKey: pair.privateKey)])
        var hasher = BodyHasher()
        signer.prepare(&hasher)
        hasher.update(text.body)
        let values = try signer.sign(text.header, body: hasher.finish(), at: Self.now)
        return values.map { "DKIM-Signature:" + String(decoding: $0, as: UTF8.self) + "\r\n" }.joined() + message
    }

    private static let plain = "From: Taro <taro@example.org>\r\nTo: a@example.net\r\nSubject: x\r\n\r\nhello\r\n"

    @Test func aDomainsOwnMailPassesByEveryMethodThatItPublishes() async throws {
        let pair = try DKIMKeyPair.generate(.ed25519)
        let outcome = await outcome(
            try signed(Self.plain, with: pair), from: "taro@example.org", zone: Self.zone(pair))
        #expect(outcome.results.map(\.method) == ["spf", "spf", "sender-id", "dkim", "arc", "dmarc"])
        #expect(outcome.results.map(\.result) == ["pass", "pass", "pass", "pass", "none", "pass"])
        #expect(outcome.authors == ["example.org"])
    }

    @Test func forgedMailFailsAndTheDomainsPolicyIsTold() async throws {
        let stranger = SPFClient(address: IPAddress(v4: 0xCB00_7109), helo: "bot.invalid")
        let outcome = await outcome(Self.plain, from: "taro@example.org", client: stranger)
        #expect(outcome.mailFrom.result == .fail)
        #expect(outcome.senderID.result == .fail)
        #expect(outcome.policy.result == .fail)
        #expect(outcome.policy.requestedPolicy == .reject)
    }

    @Test func aForwardedMessagePassesDMARCByItsSignatureAlone() async throws {
        let pair = try DKIMKeyPair.generate(.ed25519)
        let forwarder = SPFClient(address: IPAddress(v4: 0xCB00_7109), helo: "list.invalid")
        let outcome = await outcome(
            try signed(Self.plain, with: pair), from: "taro@example.org", client: forwarder, zone: Self.zone(pair))
        #expect(outcome.mailFrom.result == .fail)
        #expect(outcome.policy.result == .pass)
        #expect(outcome.policy.aligned.map(\.mechanism) == [.dkim])
    }

    @Test func aChangedBodyIsNamedAsWhatDiffers() async throws {
        let pair = try DKIMKeyPair.generate(.ed25519)
        let changed = try signed(Self.plain, with: pair).replacing("hello", with: "hallo")
        let outcome = await outcome(changed, from: "taro@example.org", zone: Self.zone(pair))
        #expect(outcome.signatures.map(\.result) == [.fail])
        #expect(outcome.signatures.first?.reason?.contains("body hash differs") == true)
    }

    @Test func theNullSenderIsCheckedByItsHELONameOnce() async {
        let outcome = await outcome(Self.plain, from: "")
        let spf = outcome.results.filter { $0.method == "spf" }
        #expect(spf.map(\.result) == ["pass"])
        #expect(spf.first?.properties == [MethodResult.Property("smtp", "helo", "mail.example.org")])
        // The HELO name is below the From domain, which is aligned where the record does not say strict.
        #expect(outcome.policy.result == .pass)
    }

    @Test(arguments: ["From: a@example.org, b@example.com\r\n\r\n", "From: a@example.org\r\nFrom: b@x.example\r\n\r\n"])
    func severalAuthorsAreNoPass(_ message: String) async {
        let outcome = await outcome(message, from: "taro@example.org")
        #expect(outcome.policy.result == .permerror)
    }

    @Test func anAuthorIsFoundBehindACommaWithoutQuotes() async {
        let message = "From: Yamada, Taro <taro@example.org>\r\n\r\n"
        #expect(await outcome(message, from: "taro@example.org").policy.result == .pass)
        #expect(await outcome(message, from: "taro@x.example").policy.result == .fail)
    }

    /// Whom a reader would see is not known, and that is not the same as nobody.
    @Test(arguments: [
        "From: Taro <taro@example.org\r\n\r\n", "From: taro@example.org; a@x.example\r\n\r\n",
        "From: taro@exa\u{1}mple.org\r\n\r\n",
    ])
    func anAuthorThatCannotBeReadIsAnErrorOfTheMessage(_ message: String) async {
        let outcome = await outcome(message, from: "taro@example.org")
        #expect(outcome.policy.result == .permerror)
        guard case .unreadableAuthor = outcome.policy.reason else {
            Issue.record("\(outcome.policy.reason)")
            return
        }
    }

    @Test(arguments: [
        "From: taro@example.org\r\nFrom: b@x.example\r\n\r\n", "From: b@x.example\r\nFrom: taro@example.org\r\n\r\n",
        "From: b@x.example, taro@example.org\r\n\r\n", "From : taro@example.org\r\nFrom: b@x.example\r\n\r\n",
        "From: taro@example.org\r\nFrom: taro@example.org\r\n\r\n",
        "From: taro@example.org\r\nFrom: Taro <taro@x.example\r\n\r\n",
        // What cannot be read is shown to people all the same.
        "From: Taro <taro@example.org\r\n\r\n", "From: Taro taro@example.org\r\n\r\n",
        "From: b@x.example <taro@example.org> (\r\n\r\n", "From: \"taro@ example.org. \r\n\r\n",
        "From: " + String(repeating: "a", count: 100_000) + " <taro@example.org>\r\n\r\n",
    ])
    func whoNamesAnotherAuthorBesideADomainDoesNotGetPastItsPolicy(_ message: String) async {
        let policy = await outcome(message, from: "b@x.example").policy
        #expect(policy.result == .permerror && policy.isDisowned)
        #expect(policy.author == "example.org" && policy.requestedPolicy == .reject)
        let own = await outcome(message, from: "taro@example.org").policy
        #expect(own.result == .permerror && !own.isDisowned)
    }

    /// The header fields above it, and how long it is itself.
    @Test(arguments: [(3_000, 0), (2_001, 0), (0, 200_000), (3_000, 200_000)])
    func aPolicyHoldsBehindAHeaderLargerThanWhatIsKept(_ fields: Int, _ bytes: Int) async {
        let message =
            String(repeating: "X: y\r\n", count: fields) + "From: taro@example.org\r\nX: "
            + String(repeating: "y", count: bytes) + "\r\n\r\n"
        let policy = await outcome(message, from: "b@x.example").policy
        #expect(policy.result == .fail && policy.requestedPolicy == .reject)
        let two = await outcome("From: b@x.example\r\n" + message, from: "b@x.example").policy
        #expect(two.result == .permerror && two.requestedPolicy == .reject)
    }

    /// A signature may stand behind what is kept of a header, so that "none" alone would say too much.
    @Test(arguments: [(2_000, 10), (0, 300_000)])
    func aSignatureBehindAHeaderLargerThanWhatIsKeptIsNoNoneWithoutAReason(_ fields: Int, _ bytes: Int) async throws {
        let pair = try DKIMKeyPair.generate(.ed25519)
        let signed = try signed(Self.plain, with: pair)
        let padding =
            String(repeating: "X: y\r\n", count: fields) + "X: " + String(repeating: "y", count: bytes) + "\r\n"
        let behind = fields > 0 ? padding + signed : "DKIM-Signature: " + String(repeating: "x", count: bytes) + "\r\n"
        let outcome = await outcome(
            behind + (fields > 0 ? "" : Self.plain), from: "taro@example.org", zone: Self.zone(pair))
        for method in ["dkim", "arc"] {
            let result = try #require(outcome.results.first { $0.method == method })
            #expect(result.result == "none")
            #expect(result.reason?.hasPrefix("not all header fields were read") == true)
        }
        let value = AuthenticationResultsWriter().write(authservID: "mx.example.net", results: outcome.results)
        let read = try AuthenticationResults(parsing: Array(value.utf8))
        #expect(read.results.first { $0.method == "dkim" }?.reason?.hasPrefix("not all header fields") == true)
        let whole = await self.outcome(Self.plain, from: "taro@example.org")
        #expect(whole.results.allSatisfy { $0.result != "none" || $0.reason == nil })
    }

    @Test(arguments: [
        "", "From: Bank\r\n", "From: <taro@unpublished.example\r\n", "From: taro@[192.0.2.1]\r\n",
        "From: " + String(repeating: "a", count: 300_000) + " <taro@example.org>\r\n",
        "From: " + (0..<17).map { "a@x\($0).example" }.joined(separator: ", ") + "\r\n",
    ])
    func anAuthorWhoseDomainCannotBeAskedIsUnknown(_ from: String) async {
        let policy = await outcome(from + "\r\n", from: "taro@example.org").policy
        #expect(policy.isAuthorUnknown && !policy.isDisowned)
    }

    @Test(arguments: ["", "\r\n", "no field at all\r\n\r\nbody", "From\r\n", ":\r\n\r\n", "From: \u{0}\r\n\r\n"])
    func whatIsHardlyAMessageIsCheckedAllTheSame(_ message: String) async {
        let outcome = await outcome(message, from: "")
        #expect(outcome.policy.result != .pass)
        #expect(outcome.signatures.isEmpty)
    }

    @Test func allResultsAreReadBackFromTheField() async throws {
        let outcome = await outcome(Self.plain, from: "taro@example.org")
        let value = AuthenticationResultsWriter().write(authservID: "mx.example.net", results: outcome.results)
        let read = try AuthenticationResults(parsing: Array(value.utf8))
        #expect(read.results.map(\.method) == outcome.results.map(\.method))
        #expect(read.results.map(\.result) == outcome.results.map(\.result))
    }

    // MARK: Text

    @Test func aFileOfEitherLineEndingIsTheSameMessage() {
        let text = "A: 1\n\tgoes on\nB:2\n\nbody\n\nmore\n"
        let one = MessageText(Array(text.utf8))
        let other = MessageText(Array(text.replacing("\n", with: "\r\n").utf8))
        for message in [one, other] {
            #expect(message.header.count == 2)
            #expect(Array(message.header[0].value) == Array(" 1\r\n\tgoes on".utf8))
            #expect(message.body == Array("body\r\n\r\nmore\r\n".utf8))
        }
    }
}
