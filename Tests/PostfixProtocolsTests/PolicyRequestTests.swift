import PostfixProtocols
import Testing

@Suite struct PolicyRequestTests {
    @Test func everyAttributeOfARealRequestIsFound() throws {
        let bytes = Array(PolicyFixtures.submission.utf8)
        let request = try PolicyRequest.parse(bytes.span)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        #expect(request.byteCount == bytes.count)
        #expect(text(request.request) == "smtpd_access_policy")
        #expect(request.protocolState == .rcpt)
        #expect(text(request.protocolName) == "ESMTP")
        #expect(text(request.clientAddress) == "192.0.2.17")
        #expect(text(request.clientName) == "h17.dyn.isp.example")
        #expect(text(request.clientPort) == "41234")
        #expect(text(request.reverseClientName) == "h17.dyn.isp.example")
        #expect(text(request.serverAddress) == "198.51.100.25")
        #expect(text(request.serverPort) == "587")
        #expect(text(request.heloName) == "[192.168.1.5]")
        #expect(text(request.sender) == "sato@isp.example")
        #expect(text(request.recipient) == "tanaka@docomo.ne.jp")
        #expect(request.recipientCount == 0)
        #expect(request.queueID.isEmpty)
        #expect(text(request.instance) == "3f2a.66f1a2b3.4c5d6.0")
        #expect(request.size == 20410)
        #expect(request.stress.isEmpty)
        #expect(text(request.saslMethod) == "PLAIN")
        #expect(text(request.saslUsername) == "sato@isp.example")
        #expect(request.saslSender.isEmpty)
        #expect(text(request.encryptionProtocol) == "TLSv1.3")
        #expect(text(request.policyContext) == "submission")
    }
}
