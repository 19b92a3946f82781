/// Writes policy requests with the attributes of Postfix 3.7, in its order (smtpd_check.c, SMTPD_POLICY_README).
struct RequestWriter {
    private(set) var bytes: [UInt8] = []

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The line with time and connection, and the request of one step.
    mutating func write(_ placed: PlacedTransaction, step: Int) {
        let transaction = placed.transaction
        let isEnd = step == transaction.recipients.count
        line("@\(DayClock.text(of: transaction.time(ofStep: step))) \(placed.connection)")
        attribute("request", "smtpd_access_policy")
        attribute("protocol_state", isEnd ? "END-OF-MESSAGE" : "RCPT")
        attribute("protocol_name", "ESMTP")
        client(placed)
        attribute("helo_name", transaction.client.helo)
        attribute("sender", transaction.sender)
        // At the end only if there is exactly one.
        attribute("recipient", isEnd ? (step == 1 ? transaction.recipients[0] : "") : transaction.recipients[step])
        attribute("recipient_count", isEnd ? String(step) : "0")
        attribute("queue_id", step == 0 || transaction.isRefusedByPostfix ? "" : placed.queueID)
        attribute("instance", placed.instance)
        attribute("size", String(isEnd ? transaction.size : transaction.claimedSize))
        attribute("etrn_domain", "")
        attribute("stress", "")
        attribute("sasl_method", transaction.login.isEmpty ? "" : placed.saslMethod)
        attribute("sasl_username", transaction.login)
        attribute("sasl_sender", "")
        attribute("ccert_subject", "")
        attribute("ccert_issuer", "")
        attribute("ccert_fingerprint", "")
        attribute("ccert_pubkey_fingerprint", "")
        encryption(placed.encryption)
        attribute("policy_context", transaction.gate.rawValue)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func attribute(_ name: StaticString, _ value: String) {
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: value.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func client(_ placed: PlacedTransaction) {
        let client = placed.transaction.client
        attribute("client_address", client.address)
        attribute("client_name", client.name)
        attribute("client_port", String(placed.clientPort))
        attribute("reverse_client_name", client.name)
        switch placed.transaction.gate {
        case .submission:
            attribute("server_address", client.address.contains(":") ? "2001:db8:25::587" : "192.0.2.225")
            attribute("server_port", "587")
        case .mx:
            attribute("server_address", "192.0.2.226")
            attribute("server_port", "25")
        case .outbound:
            attribute("server_address", "127.0.0.1")
            attribute("server_port", "10026")
        }
    }

    private mutating func encryption(_ encryption: PlacedTransaction.Encryption) {
        switch encryption {
        case .none:
            attribute("encryption_protocol", "")
            attribute("encryption_cipher", "")
            attribute("encryption_keysize", "0")
        case .tls12:
            attribute("encryption_protocol", "TLSv1.2")
            attribute("encryption_cipher", "ECDHE-RSA-AES256-GCM-SHA384")
            attribute("encryption_keysize", "256")
        case .tls13:
            attribute("encryption_protocol", "TLSv1.3")
            attribute("encryption_cipher", "TLS_AES_256_GCM_SHA384")
            attribute("encryption_keysize", "256")
        }
    }
}
