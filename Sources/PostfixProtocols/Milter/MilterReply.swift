/// What a milter says (SMFIR_*).
///
/// Header values are given as they are to stand behind the colon if ``MilterSteps/leadingSpace`` was agreed on, else
/// without the space, which the mail server puts there itself.
package enum MilterReply: Sendable, Equatable {
    case negotiate(MilterNegotiation)
    /// Take the message, and ask no more about it.
    case accept
    /// Go on.
    case `continue`
    /// Refuse with the mail server's own text, for good.
    case reject
    /// Refuse with the mail server's own text, for now.
    case temporaryFailure
    /// Refuse with this code and text. Several lines become a reply of several lines.
    case refuse(SMTPRefusal)
    /// Tell the client that it was taken, and throw it away.
    case discard
    /// Send no more of this kind; to a chunk of the body.
    case skip
    /// Still working: the mail server's timer starts anew.
    case progress
    /// Hold the message. The mail server shows at most 100 bytes of the reason.
    case quarantine(reason: String)
    case addHeader(name: [UInt8], value: [UInt8])
    /// 0 is the top.
    case insertHeader(index: UInt32, name: [UInt8], value: [UInt8])
    /// The nth field of that name, from the top; the first is 1. An empty value deletes it.
    case changeHeader(index: UInt32, name: [UInt8], value: [UInt8])
    case changeSender(address: [UInt8], parameters: [UInt8]?)
    case addRecipient(address: [UInt8])
    case addRecipientWithParameters(address: [UInt8], parameters: [UInt8]?)
    case deleteRecipient(address: [UInt8])
    /// Some of a new body, at most 65,535 bytes.
    case replaceBody([UInt8])

    enum Letter: UInt8 {
        case negotiate = 0x4F  // O
        case accept = 0x61  // a
        case `continue` = 0x63  // c
        case reject = 0x72  // r
        case temporaryFailure = 0x74  // t
        case refuse = 0x79  // y
        case discard = 0x64  // d
        case skip = 0x73  // s
        case progress = 0x70  // p
        case quarantine = 0x71  // q
        case addHeader = 0x68  // h
        case insertHeader = 0x69  // i
        case changeHeader = 0x6D  // m
        case changeSender = 0x65  // e
        case addRecipient = 0x2B  // +
        case addRecipientWithParameters = 0x32  // 2
        case deleteRecipient = 0x2D  // -
        case replaceBody = 0x62  // b
    }

    /// Lines and bytes a line that a refusal's text may have; more is cut off. A reply line has 512 bytes (RFC 5321
    /// section 4.5.3.1.5).
    static let refusalLines = 16
    static let reasonBytes = 100
}

extension MilterReply {
    /// Appends the packet.
    ///
    /// What the protocol cannot carry is left out: NUL in any text, CR in header values (folds are LF there), and in
    /// names what is no printable ASCII or a colon. A LF that is no fold becomes one, so that no value can begin a
    /// field of its own.
    package func encode(into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: [0, 0, 0, 0])
        bytes.append(letter.rawValue)
        encodeContent(into: &bytes)
        let length = UInt32(bytes.count - start - MilterDecoder.lengthBytes)
        for place in 0..<MilterDecoder.lengthBytes {
            bytes[start + place] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * place))
        }
    }

    private var letter: Letter {
        switch self {
        case .negotiate: .negotiate
        case .accept: .accept
        case .continue: .continue
        case .reject: .reject
        case .temporaryFailure: .temporaryFailure
        case .refuse: .refuse
        case .discard: .discard
        case .skip: .skip
        case .progress: .progress
        case .quarantine: .quarantine
        case .addHeader: .addHeader
        case .insertHeader: .insertHeader
        case .changeHeader: .changeHeader
        case .changeSender: .changeSender
        case .addRecipient: .addRecipient
        case .addRecipientWithParameters: .addRecipientWithParameters
        case .deleteRecipient: .deleteRecipient
        case .replaceBody: .replaceBody
        }
    }

    private func encodeContent(into bytes: inout [UInt8]) {
        switch self {
        case .accept, .continue, .reject, .temporaryFailure, .discard, .skip, .progress: break
        case .negotiate(let terms): terms.encode(into: &bytes)
        case .refuse(let refusal):
            Self.append(refusal, to: &bytes)
            bytes.append(0)
        case .quarantine(let reason):
            SingleLine.append(reason, separator: "", limit: Self.reasonBytes, to: &bytes)
            bytes.append(0)
        case .addHeader(let name, let value): Self.append(name, value, to: &bytes)
        case .insertHeader(let index, let name, let value), .changeHeader(let index, let name, let value):
            bytes.append(bigEndian: index)
            Self.append(name, value, to: &bytes)
        case .changeSender(let address, let parameters), .addRecipientWithParameters(let address, let parameters):
            bytes.append(text: address)
            if let parameters { bytes.append(text: parameters) }
        case .addRecipient(let address), .deleteRecipient(let address): bytes.append(text: address)
        case .replaceBody(let piece): bytes.append(contentsOf: piece)
        }
    }

    private static func append(_ name: [UInt8], _ value: [UInt8], to bytes: inout [UInt8]) {
        for byte in name where (0x21...0x7E).contains(byte) && byte != UInt8(ascii: ":") { bytes.append(byte) }
        bytes.append(0)
        var isAfterLineFeed = false
        for byte in value where byte != 0 && byte != .carriageReturn {
            if isAfterLineFeed {
                if byte == .lineFeed { continue }
                if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") { bytes.append(UInt8(ascii: "\t")) }
            }
            isAfterLineFeed = byte == .lineFeed
            bytes.append(byte)
        }
        // A value that ends with a fold would join the next field to itself.
        while bytes.last == .lineFeed { bytes.removeLast() }
        bytes.append(0)
    }

    /// `554-5.7.1 one` CR LF `554 5.7.1 two`. Sendmail takes the text for a format, so that `%` is doubled; Postfix
    /// undoes that.
    private static func append(_ refusal: SMTPRefusal, to bytes: inout [UInt8]) {
        let lines = refusal.text.split(whereSeparator: \.isNewline).prefix(refusalLines)
        for (number, line) in (lines.isEmpty ? [""] : Array(lines)).enumerated() {
            if number > 0 { bytes.append(contentsOf: "\r\n".utf8) }
            bytes.append(contentsOf: String(refusal.code.rawValue).utf8)
            bytes.append(contentsOf: number + 1 < lines.count ? "-".utf8 : " ".utf8)
            bytes.append(contentsOf: refusal.status.description.utf8)
            var text: [UInt8] = []
            SingleLine.append(String(line), separator: " ", limit: PolicyReply.textBytes, to: &text)
            for byte in text {
                if byte == UInt8(ascii: "%") { bytes.append(byte) }
                bytes.append(byte)
            }
        }
    }
}

extension MilterNegotiation {
    func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: version)
        bytes.append(bigEndian: actions.rawValue)
        bytes.append(bigEndian: steps.rawValue)
        for request in macros {
            bytes.append(bigEndian: request.stage.rawValue)
            bytes.append(text: Array(request.names.joined(separator: " ").utf8))
        }
    }
}

extension [UInt8] {
    mutating func append(bigEndian number: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// The text without NUL, and the NUL that ends it.
    mutating func append(text: some Sequence<UInt8>) {
        for byte in text where byte != 0 { append(byte) }
        append(0)
    }
}
