import PostfixProtocols
import Testing

@Suite struct PolicyReplyTests {
    static let over = SMTPRefusal(.mailboxBusy450, subject: 7, detail: 1, text: "10 messages a day; free at 09:12")

    static let replies: [(PolicyReply, String)] = [
        (.dunno, "DUNNO"),
        (.ok, "OK"),
        (.refuse(over), "450 4.7.1 10 messages a day; free at 09:12"),
        (
            .refuse(.init(.transactionFailed554, subject: 7, detail: 0, text: "認証してください")),
            "554 5.7.0 認証してください"
        ),
        (.refuse(.init(.mailboxNotAllowed553, subject: 7, detail: 1, text: "")), "553 5.7.1"),
        (.reject(text: ""), "REJECT"),
        (.reject(text: "no"), "REJECT no"),
        (.defer(text: "later"), "DEFER later"),
        (.deferIfPermit(text: "later"), "DEFER_IF_PERMIT later"),
        (.deferIfReject(text: "later"), "DEFER_IF_REJECT later"),
        (.hold(text: "over the limit"), "HOLD over the limit"),
        (.discard(text: "gone"), "DISCARD gone"),
        (.warn(text: "look"), "WARN look"),
        (.info(text: "seen"), "INFO seen"),
        (.prepend(header: "X-Sekisho: paced"), "PREPEND X-Sekisho: paced"),
        (.redirect(address: "abuse@isp.example"), "REDIRECT abuse@isp.example"),
        (.bcc(address: "abuse@isp.example"), "BCC abuse@isp.example"),
        (.filter("smtp:[192.0.2.1]:10025"), "FILTER smtp:[192.0.2.1]:10025"),
    ]

    @Test(arguments: replies)
    func everyReplyIsOneActionLineAndAnEmptyOne(reply: PolicyReply, action: String) throws {
        #expect(String(decoding: reply.encoded, as: UTF8.self) == "action=\(action)\n\n")
        #expect(try reply.encoded.decodedReply() == reply)
    }

    @Test func aTextCannotAddLinesOrControls() {
        let reply = PolicyReply.hold(text: "a\nb\r\nc\0d\u{1B}[31m\u{85}e\u{2028}f\tg\u{7F}")
        #expect(String(decoding: reply.encoded, as: UTF8.self) == "action=HOLD a b  c d [31m e f g \n\n")
    }

    @Test func aLongTextIsCutWhereACharacterEnds() {
        for text in [
            String(repeating: "a", count: 5_000), String(repeating: "関", count: 5_000),
            "a" + String(repeating: "😀", count: 500),
        ] {
            let bytes = PolicyReply.refuse(.init(.transactionFailed554, subject: 7, detail: 1, text: text)).encoded
            #expect(bytes.count <= 400 + "action=554 5.7.1 \n\n".utf8.count)
            #expect(bytes.count > 400)
            let line = String(validating: bytes, as: UTF8.self)
            #expect(line != nil)
        }
    }

    @Test func anEnhancedStatusHasTheClassOfItsCode() {
        #expect(Self.over.status.description == "4.7.1")
        #expect(Self.over.isTemporary)
        #expect(SMTPRefusal.Code(rawValue: 399) == nil)
        #expect(SMTPRefusal.Code(rawValue: 600) == nil)
        #expect(SMTPRefusal.Code(rawValue: 521)?.rawValue == 521)
    }

    @Test func whatOtherServersSayIsUnderstood() throws {
        func decode(_ text: String) throws -> PolicyReply { try Array(text.utf8).decodedReply() }
        #expect(try decode("action=dunno\n\n") == .dunno)
        #expect(
            try decode("note=x\naction=defer_if_permit Service busy\naction=OK\n\n")
                == .deferIfPermit(text: "Service busy"))
        #expect(
            try decode("action=450 Greylisted\n\n")
                == .refuse(.init(.mailboxBusy450, subject: 0, detail: 0, text: "Greylisted")))
        // A status of another class than the code is text.
        #expect(
            try decode("action=450 5.7.1 odd\n\n")
                == .refuse(.init(.mailboxBusy450, subject: 0, detail: 0, text: "5.7.1 odd")))
    }

    @Test(arguments: [
        ("", PolicyReplyError.incomplete),
        ("action=DUNNO\n", .incomplete),
        ("\n", .missingAction),
        ("note=x\n\n", .missingAction),
        ("DUNNO\n\n", .missingEqualsSign(offset: 0)),
        ("action=\n\n", .unknownAction("")),
        ("action=MAYBE so\n\n", .unknownAction("MAYBE")),
        ("action=250 ok\n\n", .unknownAction("250")),
        ("action=\(String(repeating: "x", count: 70_000))\n\n", .tooLong),
    ])
    func badRepliesAreErrors(text: String, error: PolicyReplyError) {
        #expect(throws: error) { try Array(text.utf8).decodedReply() }
    }
}
