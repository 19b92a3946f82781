import PostfixProtocols
import Testing

@Suite struct PolicyRequestTextTests {
    @Test func theBytesAreThoseThatPostfixSends() {
        var text = PolicyRequestText()
        text.clientAddress = "192.0.2.17"
        text.clientName = "h17.dyn.isp.example"
        text.clientPort = 33032
        text.reverseClientName = "ptr17.dyn.isp.example"
        text.serverAddress = "198.51.100.25"
        text.serverPort = 587
        text.heloName = "pc17.isp.example"
        text.sender = "sato@isp.example"
        text.recipient = "tanaka@docomo.ne.jp"
        text.instance = "6e2c.6b0642cc.8e5e.0"
        text.size = 20410
        text.saslMethod = "PLAIN"
        text.saslUsername = "sato@isp.example"
        text.encryptionProtocol = "TLSv1.3"
        text.encryptionCipher = "TLS_AES_256_GCM_SHA384"
        text.encryptionKeysize = 256
        text.policyContext = "submission"
        #expect(text.encoded == PolicyFixtures.rcpt)
    }

    @Test func aValueCannotEndItsLine() throws {
        var text = PolicyRequestText()
        text.sender = "a@b\n\nrequest=x\r\n\0"
        let bytes = text.encoded
        let request = try bytes.parsed()
        #expect(request.byteCount == bytes.count)
        #expect(bytes.text(request.sender) == "a@b??request=x???")
    }
}
