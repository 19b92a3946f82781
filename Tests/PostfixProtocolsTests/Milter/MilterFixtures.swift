import PostfixProtocols

/// What mail servers send, byte for byte.
enum MilterFixtures {
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.filter(\.isHexDigit)
        return stride(from: 0, to: digits.count, by: 2).compactMap { place in
            let start = digits.index(digits.startIndex, offsetBy: place)
            return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16)
        }
    }

    /// Postfix 3.7: version 6, all actions, all steps.
    static let postfixOffer = bytes("0000000D 4F 00000006 000001FF 001FFFFF")
    /// Sendmail 8.17: the same, and larger chunks.
    static let sendmailOffer = bytes("0000000D 4F 00000006 000001FF 201FFFFF")
    /// Sendmail 8.13: version 2.
    static let oldOffer = bytes("0000000D 4F 00000002 0000003F 0000007F")

    static func packet(_ letter: Character, _ content: String) -> [UInt8] {
        let content = Array(content.utf8)
        let length = UInt32(content.count + 1)
        return [24, 16, 8, 0].map { UInt8(length >> $0 & 0xFF) } + [letter.asciiValue ?? 0] + content
    }

    /// One message as Postfix sends it, with the macros that it repeats before each part.
    static let postfixMessage: [UInt8] =
        postfixOffer
        + packet("D", "Cj\0mx.isp.example\0{daemon_name}\0smtpd\0v\0Postfix 3.7.11\0")
        + packet("C", "mail.example.org\u{0}4\u{30}\u{39}192.0.2.1\0")
        + packet("D", "H") + packet("H", "mail.example.org\0")
        + packet("D", "M{mail_mailer}\0smtp\0{mail_addr}\0a@example.org\0")
        + packet("M", "<a@example.org>\0BODY=8BITMIME\0SIZE=1234\0")
        + packet("D", "R{rcpt_addr}\0b@isp.example\0") + packet("R", "<b@isp.example>\0")
        + packet("D", "Ti\u{0}4jZ3300K5dz2Nj8x\0") + packet("T", "")
        + packet("D", "Li\u{0}4jZ3300K5dz2Nj8x\0") + packet("L", "From\0 A <a@example.org>\0")
        + packet("D", "Li\u{0}4jZ3300K5dz2Nj8x\0") + packet("L", "Subject\0 folded\n\there\0")
        + packet("D", "Ni\u{0}4jZ3300K5dz2Nj8x\0") + packet("N", "")
        + packet("D", "Bi\u{0}4jZ3300K5dz2Nj8x\0") + packet("B", "Hello.\r\n")
        + packet("D", "Ei\u{0}4jZ3300K5dz2Nj8x\0") + packet("E", "")
        + packet("A", "") + packet("Q", "")

    static let saidByPostfix: [MilterReading.Said] = [
        .negotiate(.init(version: 6, actions: .init(rawValue: 0x1FF), steps: .init(rawValue: 0x1F_FFFF))),
        .macros(.connection, ["j", "mx.isp.example", "{daemon_name}", "smtpd", "v", "Postfix 3.7.11"]),
        .connection(name: "mail.example.org", .v4, port: 12_345, address: "192.0.2.1"),
        .macros(.helo, []), .helo("mail.example.org"),
        .macros(.sender, ["{mail_mailer}", "smtp", "{mail_addr}", "a@example.org"]),
        .sender("<a@example.org>", ["BODY=8BITMIME", "SIZE=1234"]),
        .macros(.recipient, ["{rcpt_addr}", "b@isp.example"]), .recipient("<b@isp.example>", []),
        .macros(.data, ["i", "4jZ3300K5dz2Nj8x"]), .data,
        .macros(.header, ["i", "4jZ3300K5dz2Nj8x"]), .header("From", " A <a@example.org>"),
        .macros(.header, ["i", "4jZ3300K5dz2Nj8x"]), .header("Subject", " folded\n\there"),
        .macros(.endOfHeader, ["i", "4jZ3300K5dz2Nj8x"]), .endOfHeader,
        .macros(.body, ["i", "4jZ3300K5dz2Nj8x"]), .body(Array("Hello.\r\n".utf8)),
        .macros(.endOfMessage, ["i", "4jZ3300K5dz2Nj8x"]), .endOfMessage([]),
        .abort, .quit,
    ]
}
