/// Requests as Postfix sends them.
enum PolicyFixtures {
    /// Submission with SMTP AUTH, at RCPT.
    static let submission = """
        request=smtpd_access_policy
        protocol_state=RCPT
        protocol_name=ESMTP
        client_address=192.0.2.17
        client_name=h17.dyn.isp.example
        client_port=41234
        reverse_client_name=h17.dyn.isp.example
        server_address=198.51.100.25
        server_port=587
        helo_name=[192.168.1.5]
        sender=sato@isp.example
        recipient=tanaka@docomo.ne.jp
        recipient_count=0
        queue_id=
        instance=3f2a.66f1a2b3.4c5d6.0
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


        """
}
