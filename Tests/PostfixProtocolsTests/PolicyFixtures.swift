import PostfixProtocols

/// Policy requests as smtpd sends them: of Postfix 3.7.11, one message with one recipient, the three states that the
/// submission gate is asked at. (Recorded without SMTP AUTH; login, addresses and TLS are filled in.)
enum PolicyFixtures {
    static let rcpt = request(state: "RCPT", recipientCount: 0, queueID: "")
    static let data = request(state: "DATA", recipientCount: 1, queueID: "4jZ3300K5dz2Nj8x")
    static let endOfMessage = request(state: "END-OF-MESSAGE", recipientCount: 1, queueID: "4jZ3300K5dz2Nj8x")

    private static func request(state: String, recipientCount: Int, queueID: String) -> [UInt8] {
        Array(
            """
            request=smtpd_access_policy
            protocol_state=\(state)
            protocol_name=ESMTP
            client_address=192.0.2.17
            client_name=h17.dyn.isp.example
            client_port=33032
            reverse_client_name=ptr17.dyn.isp.example
            server_address=198.51.100.25
            server_port=587
            helo_name=pc17.isp.example
            sender=sato@isp.example
            recipient=tanaka@docomo.ne.jp
            recipient_count=\(recipientCount)
            queue_id=\(queueID)
            instance=6e2c.6b0642cc.8e5e.0
            size=20410
            etrn_domain=
            stress=
            sasl_method=PLAIN
            sasl_username=sato@isp.example
            sasl_sender=
            ccert_subject=
            ccert_issuer=
            ccert_fingerprint=
            ccert_pubkey_fingerprint=
            encryption_protocol=TLSv1.3
            encryption_cipher=TLS_AES_256_GCM_SHA384
            encryption_keysize=256
            policy_context=submission


            """.utf8)
    }
}

extension [UInt8] {
    /// These bytes with the first `old` replaced.
    func replacing(_ old: String, with new: [UInt8]) -> [UInt8] {
        let old = Array(old.utf8)
        for start in indices where self[start...].starts(with: old) {
            return self[..<start] + new + self[(start + old.count)...]
        }
        return self
    }

    func replacing(_ old: String, with new: String) -> [UInt8] {
        replacing(old, with: Array(new.utf8))
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: self[range], as: UTF8.self)
    }
}

/// The calls that take a span, for arrays: the macros of the tests cannot hold a span.
extension [UInt8] {
    func parsed() throws -> PolicyRequest { try PolicyRequest.parse(span) }

    func parsed(first count: Int) throws -> PolicyRequest { try PolicyRequest.parse(span.extracting(first: count)) }

    func decodedReply() throws -> PolicyReply { try PolicyReply.decode(span) }

    func queueID() throws -> QueueID { try QueueID(span) }
}
