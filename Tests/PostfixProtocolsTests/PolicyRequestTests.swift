import PostfixProtocols
import Testing

@Suite struct PolicyRequestTests {
    @Test func everyAttributeOfARealRequestIsFound() throws {
        let bytes = PolicyFixtures.endOfMessage
        let request = try bytes.parsed()
        #expect(request.byteCount == bytes.count)
        #expect(bytes.text(request.request) == "smtpd_access_policy")
        #expect(request.protocolState == .endOfMessage)
        #expect(bytes.text(request.protocolName) == "ESMTP")
        #expect(bytes.text(request.clientAddress) == "192.0.2.17")
        #expect(bytes.text(request.clientName) == "h17.dyn.isp.example")
        #expect(bytes.text(request.clientPort) == "33032")
        #expect(bytes.text(request.reverseClientName) == "ptr17.dyn.isp.example")
        #expect(bytes.text(request.serverAddress) == "198.51.100.25")
        #expect(bytes.text(request.serverPort) == "587")
        #expect(bytes.text(request.heloName) == "pc17.isp.example")
        #expect(bytes.text(request.sender) == "sato@isp.example")
        #expect(bytes.text(request.recipient) == "tanaka@docomo.ne.jp")
        #expect(request.recipientCount == 1)
        #expect(bytes.text(request.queueID) == "4jZ3300K5dz2Nj8x")
        #expect(bytes.text(request.instance) == "6e2c.6b0642cc.8e5e.0")
        #expect(request.size == 20410)
        #expect(request.stress.isEmpty)
        #expect(bytes.text(request.saslMethod) == "PLAIN")
        #expect(bytes.text(request.saslUsername) == "sato@isp.example")
        #expect(request.saslSender.isEmpty)
        #expect(bytes.text(request.encryptionProtocol) == "TLSv1.3")
        #expect(bytes.text(request.policyContext) == "submission")
    }

    @Test(arguments: [
        ("CONNECT", PolicyRequest.ProtocolState.connect), ("EHLO", .ehlo), ("HELO", .helo), ("MAIL", .mail),
        ("RCPT", .rcpt), ("DATA", .data), ("END-OF-MESSAGE", .endOfMessage), ("VRFY", .vrfy), ("ETRN", .etrn),
        ("", .unknown), ("BDAT", .unknown), ("rcpt", .unknown), ("END-OF-MESSAGES", .unknown),
    ])
    func everyStateIsKnownByItsWord(word: String, state: PolicyRequest.ProtocolState) throws {
        let bytes = PolicyFixtures.rcpt.replacing("protocol_state=RCPT", with: "protocol_state=\(word)")
        #expect(try bytes.parsed().protocolState == state)
    }

    @Test func anyOrderGivesTheSameValues() throws {
        let lines = String(decoding: PolicyFixtures.data, as: UTF8.self).split(separator: "\n")
        var generator = SeededGenerator(seed: 1)
        let expected = try values(PolicyFixtures.data)
        for _ in 0..<50 {
            let shuffled = Array((lines.shuffled(using: &generator).joined(separator: "\n") + "\n\n").utf8)
            #expect(try values(shuffled) == expected)
        }
    }

    @Test func unknownAttributesAreIgnored() throws {
        // All of a known length, and most differ from a known name in one place.
        let unknown = [
            "tls_sni", "a", "seze", "sendez", "requesu", "queue_iD", "xecipient", "client_nime", "protocol_xame",
            "client_addresses", "policy_contexT", "recipient_coumt", "reverse_client_namE", "encryption_protocox",
            "mail_version", String(repeating: "n", count: 500),
        ]
        let extra = unknown.map { "\($0)=9z\n" }.joined()
        let bytes = PolicyFixtures.data.replacing("sender=", with: extra + "sender=")
        #expect(try values(bytes) == values(PolicyFixtures.data))
    }

    @Test func ofARepeatedAttributeTheFirstCounts() throws {
        let again = """
            policy_context=mx\nsender=other@isp.example\nsize=1\nrecipient_count=99\nprotocol_state=EHLO\nqueue_id=X\n
            """
        let bytes = PolicyFixtures.data.dropLast() + Array(again.utf8) + [0x0A]
        #expect(try values(Array(bytes)) == values(PolicyFixtures.data))
    }

    @Test func anEmptyFirstValueCountsToo() throws {
        let bytes = Array("request=smtpd_access_policy\nsize=\nsender=\nsize=7\nsender=a@b.example\n\n".utf8)
        let request = try bytes.parsed()
        #expect(request.size == 0)
        #expect(request.sender.isEmpty)
    }

    @Test func missingAttributesAreEmptyOrZero() throws {
        let bytes = Array("request=smtpd_access_policy\n\n".utf8)
        let request = try bytes.parsed()
        #expect(request.protocolState == .unknown)
        #expect(request.size == 0 && request.recipientCount == 0)
        #expect(request.sender.isEmpty && request.saslUsername.isEmpty && request.policyContext.isEmpty)
    }

    @Test func aValueMayHoldEqualsSignsAndSpaces() throws {
        let bytes = PolicyFixtures.rcpt.replacing("sato@isp.example\nrecipient", with: "\"a = b\"@x=y\nrecipient")
        #expect(bytes.text(try bytes.parsed().sender) == "\"a = b\"@x=y")
    }

    @Test func addressesInUTF8AreTaken() throws {
        let bytes = PolicyFixtures.rcpt.replacing("sato@isp.example\nrecipient", with: "佐藤é😀@isp.example\nrecipient")
        #expect(bytes.text(try bytes.parsed().sender) == "佐藤é😀@isp.example")
    }

    @Test func theParserStopsAtTheEmptyLine() throws {
        let first = PolicyFixtures.rcpt
        let request = try (first + PolicyFixtures.data).parsed()
        #expect(request.byteCount == first.count)
        #expect(request.protocolState == .rcpt)
        // What is behind the empty line is not looked at, be it what it may.
        #expect(try (first + [0, 0xFF, 0x0D]).parsed().byteCount == first.count)
    }

    @Test func aLineOf2048BytesIsTaken() throws {
        let longest = String(repeating: "x", count: 2_048 - "sender=".count)
        let bytes = PolicyFixtures.rcpt.replacing("sender=sato@isp.example", with: "sender=\(longest)")
        #expect(bytes.text(try bytes.parsed().sender) == longest)
        #expect(try Reading.scanning(bytes, pieces: [bytes.count]).lengths == [bytes.count])
    }

    @Test func theLargestNumberIsTaken() throws {
        let bytes = PolicyFixtures.rcpt.replacing("size=20410", with: "size=9223372036854775807")
        #expect(try bytes.parsed().size == .max)
        let padded = PolicyFixtures.rcpt.replacing("size=20410", with: "size=\(String(repeating: "0", count: 40))7")
        #expect(try padded.parsed().size == 7)
    }

    /// All that a request says, as texts.
    private func values(_ bytes: [UInt8]) throws -> [String] {
        let request = try bytes.parsed()
        let texts = [
            request.request, request.protocolName, request.clientAddress, request.clientName, request.clientPort,
            request.reverseClientName, request.serverAddress, request.serverPort, request.heloName, request.sender,
            request.recipient, request.queueID, request.instance, request.saslMethod, request.saslUsername,
            request.saslSender, request.encryptionProtocol, request.policyContext, request.stress,
        ].map(bytes.text)
        return texts + [request.protocolState.name, String(request.size), String(request.recipientCount)]
    }
}
