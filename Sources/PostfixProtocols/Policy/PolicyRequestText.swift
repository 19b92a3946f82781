/// A policy request to be sent, with the attributes of Postfix 3.7 in the order in which its smtpd sends them.
///
/// For clients: the sample's generator, the demo, tests. A byte that would end a value early (LF, NUL) is sent as `?`,
/// and so is CR, as Postfix does with what is not printable.
package struct PolicyRequestText: Equatable, Sendable {
    package var protocolState = PolicyRequest.ProtocolState.rcpt
    package var protocolName = "ESMTP"
    package var clientAddress = ""
    package var clientName = "unknown"
    package var clientPort = 0
    package var reverseClientName = "unknown"
    package var serverAddress = ""
    package var serverPort = 0
    package var heloName = ""
    package var sender = ""
    package var recipient = ""
    package var recipientCount = 0
    package var queueID = ""
    package var instance = ""
    /// Bytes.
    package var size = 0
    package var etrnDomain = ""
    package var stress = ""
    package var saslMethod = ""
    package var saslUsername = ""
    package var saslSender = ""
    package var encryptionProtocol = ""
    package var encryptionCipher = ""
    /// Bits.
    package var encryptionKeysize = 0
    package var policyContext = ""

    package init() {}

    /// The request as bytes, its empty line included.
    package var encoded: [UInt8] {
        Self.encode(attributes)
    }

    /// Any attributes, in the order given.
    package static func encode(_ attributes: some Sequence<(name: String, value: String)>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        for (name, value) in attributes {
            bytes.append(contentsOf: name.utf8)
            bytes.append(.equalsSign)
            for byte in value.utf8 {
                bytes.append(byte == .lineFeed || byte == .carriageReturn || byte == 0 ? UInt8(ascii: "?") : byte)
            }
            bytes.append(.lineFeed)
        }
        bytes.append(.lineFeed)
        return bytes
    }

    /// smtpd_check.c, check_policy_service.
    package var attributes: [(name: String, value: String)] {
        [
            ("request", "smtpd_access_policy"),
            ("protocol_state", protocolState.name),
            ("protocol_name", protocolName),
            ("client_address", clientAddress),
            ("client_name", clientName),
            ("client_port", String(clientPort)),
            ("reverse_client_name", reverseClientName),
            ("server_address", serverAddress),
            ("server_port", String(serverPort)),
            ("helo_name", heloName),
            ("sender", sender),
            ("recipient", recipient),
            ("recipient_count", String(recipientCount)),
            ("queue_id", queueID),
            ("instance", instance),
            ("size", String(size)),
            ("etrn_domain", etrnDomain),
            ("stress", stress),
            ("sasl_method", saslMethod),
            ("sasl_username", saslUsername),
            ("sasl_sender", saslSender),
            ("ccert_subject", ""),
            ("ccert_issuer", ""),
            ("ccert_fingerprint", ""),
            ("ccert_pubkey_fingerprint", ""),
            ("encryption_protocol", encryptionProtocol),
            ("encryption_cipher", encryptionCipher),
            ("encryption_keysize", String(encryptionKeysize)),
            ("policy_context", policyContext),
        ]
    }
}
