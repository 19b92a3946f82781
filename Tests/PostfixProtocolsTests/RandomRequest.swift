import PostfixProtocols
import Testing

/// Requests with random values in all places.
enum RandomRequest {
    static func text(_ generator: inout SeededGenerator) -> PolicyRequestText {
        var text = PolicyRequestText()
        text.protocolState = PolicyRequest.ProtocolState.allCases.randomElement(using: &generator) ?? .rcpt
        text.protocolName = value(&generator)
        text.clientAddress = value(&generator)
        text.clientName = value(&generator)
        text.clientPort = Int.random(in: 0...65_535, using: &generator)
        text.reverseClientName = value(&generator)
        text.serverAddress = value(&generator)
        text.serverPort = Int.random(in: 0...65_535, using: &generator)
        text.heloName = value(&generator)
        text.sender = value(&generator)
        text.recipient = value(&generator)
        text.recipientCount = Int.random(in: 0...1_000, using: &generator)
        text.queueID = value(&generator)
        text.instance = value(&generator)
        text.size = Int.random(in: 0...Int.max, using: &generator)
        text.stress = value(&generator)
        text.saslMethod = value(&generator)
        text.saslUsername = value(&generator)
        text.saslSender = value(&generator)
        text.encryptionProtocol = value(&generator)
        text.policyContext = value(&generator)
        return text
    }

    static func expect(_ request: PolicyRequest, _ bytes: [UInt8], _ text: PolicyRequestText) {
        #expect(request.byteCount == text.encoded.count)
        #expect(request.protocolState == text.protocolState)
        #expect(request.recipientCount == text.recipientCount)
        #expect(request.size == text.size)
        let pairs = [
            (request.request, "smtpd_access_policy"), (request.protocolName, text.protocolName),
            (request.clientAddress, text.clientAddress), (request.clientName, text.clientName),
            (request.clientPort, String(text.clientPort)), (request.reverseClientName, text.reverseClientName),
            (request.serverAddress, text.serverAddress), (request.serverPort, String(text.serverPort)),
            (request.heloName, text.heloName), (request.sender, text.sender), (request.recipient, text.recipient),
            (request.queueID, text.queueID), (request.instance, text.instance), (request.stress, text.stress),
            (request.saslMethod, text.saslMethod), (request.saslUsername, text.saslUsername),
            (request.saslSender, text.saslSender), (request.encryptionProtocol, text.encryptionProtocol),
            (request.policyContext, text.policyContext),
        ]
        for (range, expected) in pairs {
            #expect(bytes.text(range) == expected)
        }
    }

    /// Any characters but those that end a value early.
    private static func value(_ generator: inout SeededGenerator) -> String {
        let characters: [Character] = ["a", "Z", "0", "=", ".", "@", " ", "\t", "\u{1}", "\u{7F}", "é", "関", "😀"]
        let length = [0, 7, 30, 150].randomElement(using: &generator) ?? 0
        return String((0..<length).map { _ in characters.randomElement(using: &generator) ?? "a" })
    }
}
