/// One question of Postfix (SMTPD_POLICY_README), as places in the bytes that it came in.
///
/// A range is where the value lies, counted from the start of the request; it is empty if the attribute was empty or
/// missing, which mean the same. Attributes come in any order and unknown ones are skipped. Of an attribute that is
/// repeated the first counts, as in Postfix's own readers of this format (attr_scan).
package struct PolicyRequest: Sendable {
    /// Bytes of the request, its empty line included.
    package var byteCount = 0
    package var protocolState = ProtocolState.unknown
    /// 0 unless at DATA and END-OF-MESSAGE.
    package var recipientCount = 0
    /// Bytes: what the client claims until END-OF-MESSAGE, then what it was.
    package var size = 0

    package var request = 0..<0
    /// `SMTP` or `ESMTP`.
    package var protocolName = 0..<0
    package var clientAddress = 0..<0
    package var clientName = 0..<0
    package var clientPort = 0..<0
    package var reverseClientName = 0..<0
    package var serverAddress = 0..<0
    package var serverPort = 0..<0
    package var heloName = 0..<0
    /// Envelope sender without angle brackets.
    package var sender = 0..<0
    /// At RCPT; at DATA and END-OF-MESSAGE only if there is exactly one.
    package var recipient = 0..<0
    /// Empty at the first RCPT of a message.
    package var queueID = 0..<0
    /// Names the transaction; set once MAIL was accepted.
    package var instance = 0..<0
    package var saslMethod = 0..<0
    package var saslUsername = 0..<0
    package var saslSender = 0..<0
    package var encryptionProtocol = 0..<0
    package var policyContext = 0..<0
    /// `yes` while all of Postfix's smtpd processes are busy.
    package var stress = 0..<0

    package init() {}

    /// The SMTP command at which Postfix asks.
    package enum ProtocolState: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        case connect, ehlo, helo, mail, rcpt, data, endOfMessage, vrfy, etrn
        /// Missing, or a word that this list does not have.
        case unknown
    }
}
