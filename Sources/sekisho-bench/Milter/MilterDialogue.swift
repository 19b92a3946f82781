/// What a mail server sends for one message, parted where it waits for an answer, as the milter has asked for it.
///
/// It is written apart from `PostfixProtocols`, so that a fault in how Sekisho reads packets cannot hide in how the
/// benchmark writes them. Order and macros are those of Postfix 3.7.
struct MilterDialogue {
    struct Part {
        var bytes: [UInt8] = []
        var isBody = false
    }

    /// SMFIP_*.
    private enum Step {
        static let noConnection: UInt32 = 0x1
        static let noHELO: UInt32 = 0x2
        static let noSender: UInt32 = 0x4
        static let noRecipients: UInt32 = 0x8
        static let noBody: UInt32 = 0x10
        static let noHeader: UInt32 = 0x20
        static let noEndOfHeader: UInt32 = 0x40
        static let noReplyToHeader: UInt32 = 0x80
        static let noData: UInt32 = 0x200
        static let noReplyToConnection: UInt32 = 0x1000
        static let noReplyToHELO: UInt32 = 0x2000
        static let noReplyToSender: UInt32 = 0x4000
        static let noReplyToRecipient: UInt32 = 0x8000
        static let noReplyToData: UInt32 = 0x10000
        static let noReplyToEndOfHeader: UInt32 = 0x40000
        static let noReplyToBody: UInt32 = 0x80000
        static let leadingSpace: UInt32 = 0x100000
    }

    /// What follows the negotiation.
    private(set) var opening: [Part] = []
    /// Whether the milter answers the last of it.
    private(set) var isOpeningAnswered = true
    private(set) var message: [Part] = []
    private let steps: UInt32
    private var current = Part()

    /// Version 6, all actions, all steps.
    static let offer: [UInt8] = [0, 0, 0, 13, 0x4F, 0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0x1F, 0xFF, 0xFF]
    static let abort: [UInt8] = [0, 0, 0, 1, 0x41]
    static let quit: [UInt8] = [0, 0, 0, 1, 0x51]
    private static let chunkBytes = 65_535

    /// - Parameter steps: what the milter has answered to the offer.
    init(_ mail: MilterMail, steps: UInt32) {
        self.steps = steps
        open(mail)
        opening = message
        if !current.bytes.isEmpty {
            opening.append(current)
            isOpeningAnswered = false
        }
        message = []
        current = Part()
        envelope(mail)
        content(mail)
    }

    private mutating func open(_ mail: MilterMail) {
        macros(
            "C",
            [
                ("j", "mx.isp.example"), ("{daemon_name}", "mx.isp.example"), ("v", "Postfix 3.7.11"),
                ("{client_addr}", mail.clientAddress), ("{client_name}", mail.clientName),
            ])
        let isV6 = mail.clientAddress.contains(":")
        let peer =
            text(mail.clientName) + [isV6 ? UInt8(ascii: "6") : UInt8(ascii: "4"), 0x30, 0x39]
            + text((isV6 ? "IPv6:" : "") + mail.clientAddress)
        command("C", peer, unless: Step.noConnection, silentIf: Step.noReplyToConnection)
        macros("H", [])
        command("H", text(mail.helo), unless: Step.noHELO, silentIf: Step.noReplyToHELO)
    }

    private mutating func envelope(_ mail: MilterMail) {
        let login = mail.login.map { [("{auth_authen}", $0), ("{auth_type}", "PLAIN")] } ?? []
        macros("M", [("{mail_addr}", mail.sender)] + login)
        command("M", text("<\(mail.sender)>"), unless: Step.noSender, silentIf: Step.noReplyToSender)
        for recipient in mail.recipients {
            macros("R", [("{rcpt_addr}", recipient), ("{rcpt_mailer}", "smtp")])
            command("R", text("<\(recipient)>"), unless: Step.noRecipients, silentIf: Step.noReplyToRecipient)
        }
        macros("T", [("i", mail.queueID)])
        command("T", [], unless: Step.noData, silentIf: Step.noReplyToData)
    }

    private mutating func content(_ mail: MilterMail) {
        for (name, value) in mail.header {
            let strips = steps & Step.leadingSpace == 0 && value.first == UInt8(ascii: " ")
            let field = name + [0] + (strips ? value.dropFirst() : value[...]) + [0]
            command("L", field, unless: Step.noHeader, silentIf: Step.noReplyToHeader)
        }
        macros("N", [("i", mail.queueID)])
        command("N", [], unless: Step.noEndOfHeader, silentIf: Step.noReplyToEndOfHeader)
        for start in stride(from: 0, to: mail.body.count, by: Self.chunkBytes) {
            let chunk = mail.body[start..<min(start + Self.chunkBytes, mail.body.count)]
            if steps & Step.noReplyToBody == 0 { current.isBody = true }
            command("B", chunk, unless: Step.noBody, silentIf: Step.noReplyToBody)
        }
        macros("E", [("i", mail.queueID)])
        command("E", [], unless: 0, silentIf: 0)
    }

    private func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    private mutating func macros(_ stage: Character, _ pairs: [(String, String)]) {
        let content = pairs.reduce(into: [stage.asciiValue ?? 0]) { $0 += text($1.0) + text($1.1) }
        packet("D", content)
    }

    private mutating func command(
        _ letter: Character, _ content: some Collection<UInt8>, unless omitted: UInt32, silentIf silent: UInt32
    ) {
        guard steps & omitted == 0 else { return }
        packet(letter, content)
        guard steps & silent == 0 else { return }
        message.append(current)
        current = Part()
    }

    private mutating func packet(_ letter: Character, _ content: some Collection<UInt8>) {
        let length = UInt32(content.count + 1)
        for shift in [24, 16, 8, 0] as [UInt32] { current.bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
        current.bytes.append(letter.asciiValue ?? 0)
        current.bytes += content
    }
}
