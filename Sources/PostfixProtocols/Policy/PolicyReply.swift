/// An answer to a policy request: one of the actions of Postfix's access(5).
package enum PolicyReply: Equatable, Sendable {
    /// No opinion: Postfix goes on with its next restriction.
    case dunno
    /// Accept, and look at no further restriction. Never before `reject_unauth_destination`.
    case ok
    /// Refuse the request with a reply code of the engine's own.
    case refuse(SMTPRefusal)
    /// Refuse with Postfix's `access_map_reject_code` (554).
    case reject(text: String)
    /// Refuse with Postfix's `access_map_defer_code` (450).
    case `defer`(text: String)
    /// Defer if some later restriction would permit.
    case deferIfPermit(text: String)
    /// Defer if some later restriction would reject.
    case deferIfReject(text: String)
    /// Put the whole message on hold. The text is only logged.
    case hold(text: String)
    /// Drop the whole message and tell the client that it was delivered.
    case discard(text: String)
    case warn(text: String)
    case info(text: String)
    /// Put this header (`Name: value`) before the message. Does not work at END-OF-MESSAGE.
    case prepend(header: String)
    /// Send the whole message to this address instead.
    case redirect(address: String)
    case bcc(address: String)
    /// Send the whole message through `transport:destination`.
    case filter(String)

    /// Bytes of a text; a longer one is cut where a character ends. With code and status it fits in the 512 bytes of a
    /// reply line (RFC 5321 section 4.5.3.1.5).
    package static let textBytes = 400
}

extension PolicyReply {
    /// The bytes that Postfix is sent: `action=...`, and an empty line.
    ///
    /// A text becomes one line: control characters, line ends among them, turn into spaces.
    package var encoded: [UInt8] {
        switch self {
        case .dunno: Self.encodedDunno
        case .ok: Self.encodedOK
        default: encode()
        }
    }

    private static let encodedDunno = PolicyReply.dunno.encode()
    private static let encodedOK = PolicyReply.ok.encode()

    private func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        bytes.append(contentsOf: "action=".utf8)
        switch self {
        case .refuse(let refusal): refusal.encode(into: &bytes)
        default:
            let (word, text) = parts
            bytes.append(contentsOf: word.rawValue.utf8)
            SingleLine.append(text, separator: " ", limit: Self.textBytes, to: &bytes)
        }
        bytes.append(contentsOf: "\n\n".utf8)
        return bytes
    }

    private var parts: (Word, String) {
        switch self {
        case .dunno: (.dunno, "")
        case .ok: (.ok, "")
        case .refuse(let refusal): (.reject, refusal.text)
        case .reject(let text): (.reject, text)
        case .defer(let text): (.defer, text)
        case .deferIfPermit(let text): (.deferIfPermit, text)
        case .deferIfReject(let text): (.deferIfReject, text)
        case .hold(let text): (.hold, text)
        case .discard(let text): (.discard, text)
        case .warn(let text): (.warn, text)
        case .info(let text): (.info, text)
        case .prepend(let header): (.prepend, header)
        case .redirect(let address): (.redirect, address)
        case .bcc(let address): (.bcc, address)
        case .filter(let destination): (.filter, destination)
        }
    }

    /// The words of access(5).
    private enum Word: String {
        case dunno = "DUNNO"
        case ok = "OK"
        case reject = "REJECT"
        case `defer` = "DEFER"
        case deferIfPermit = "DEFER_IF_PERMIT"
        case deferIfReject = "DEFER_IF_REJECT"
        case hold = "HOLD"
        case discard = "DISCARD"
        case warn = "WARN"
        case info = "INFO"
        case prepend = "PREPEND"
        case redirect = "REDIRECT"
        case bcc = "BCC"
        case filter = "FILTER"
    }

    private init(_ word: Word, _ text: String) {
        self =
            switch word {
            case .dunno: .dunno
            case .ok: .ok
            case .reject: .reject(text: text)
            case .defer: .defer(text: text)
            case .deferIfPermit: .deferIfPermit(text: text)
            case .deferIfReject: .deferIfReject(text: text)
            case .hold: .hold(text: text)
            case .discard: .discard(text: text)
            case .warn: .warn(text: text)
            case .info: .info(text: text)
            case .prepend: .prepend(header: text)
            case .redirect: .redirect(address: text)
            case .bcc: .bcc(address: text)
            case .filter: .filter(text)
            }
    }
}

extension PolicyReply {
    /// Reads an answer, for the clients: the first `action=` of the lines before the empty line. Other attributes are
    /// skipped, and the action's word may be in any case, as with Postfix.
    ///
    /// - Throws: ``PolicyReplyError``.
    package static func decode(_ bytes: Span<UInt8>) throws(PolicyReplyError) -> PolicyReply {
        if bytes.count > PolicyRequestLimits.requestBytes { throw .tooLong }
        let raw = bytes.bytes
        var lineFeeds = LineFeeds(from: 0, to: raw.byteCount)
        var lineStart = 0
        var action: Range<Int>?
        while let lineFeed = lineFeeds.nextOffset(in: raw) {
            if lineFeed == lineStart {
                guard let action else { throw .missingAction }
                return try decode(action: String(decoding: raw.array(action), as: UTF8.self))
            }
            let nameEnd = raw.offset(of: .equalsSign, from: lineStart, to: lineFeed)
            if nameEnd == lineFeed { throw .missingEqualsSign(offset: lineStart) }
            if action == nil, raw.holds("action", at: lineStart..<nameEnd) { action = nameEnd + 1..<lineFeed }
            lineStart = lineFeed + 1
        }
        throw .incomplete
    }

    private static func decode(action: String) throws(PolicyReplyError) -> PolicyReply {
        let parts = action.split(separator: " ", maxSplits: 1)
        guard let first = parts.first else { throw .unknownAction("") }
        let text = parts.count > 1 ? String(parts[1]) : ""
        if let word = Word(rawValue: first.uppercased()) { return .init(word, text) }
        if let refusal = SMTPRefusal(code: first, statusAndText: text) { return .refuse(refusal) }
        throw .unknownAction(String(first.prefix(64)))
    }
}
