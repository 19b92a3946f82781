/// An answer of a milter that was not understood.
package struct MilterReplyError: Error, Equatable, Sendable, CustomStringConvertible {
    package var reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package var description: String { "milter reply: \(reason)" }
}

extension MilterReply {
    /// Bytes of a reply that a client takes.
    private static let most = 1 << 20

    /// Reads an answer, for the clients: the one that starts the given bytes with its length, or `nil` if more must
    /// arrive.
    ///
    /// - Throws: ``MilterReplyError``.
    package static func next(
        _ bytes: Span<UInt8>
    ) throws(MilterReplyError) -> (reply: MilterReply, byteCount: Int)? {
        let raw = bytes.bytes
        guard raw.byteCount >= MilterDecoder.prefixBytes else { return nil }
        let length = Int(raw.bigEndian32(at: 0))
        guard length > 0, length <= most else { throw .init(reason: "a length of \(length)") }
        guard let letter = Letter(rawValue: raw[MilterDecoder.lengthBytes]) else {
            throw .init(reason: "unknown letter \(raw[MilterDecoder.lengthBytes])")
        }
        let end = MilterDecoder.lengthBytes + length
        guard raw.byteCount >= end else { return nil }
        return (try decode(letter, raw.array(MilterDecoder.prefixBytes..<end)[...]), end)
    }

    private static func decode(_ letter: Letter, _ content: ArraySlice<UInt8>) throws(MilterReplyError) -> MilterReply {
        var rest = content
        let reply: MilterReply
        switch letter {
        case .accept: reply = .accept
        case .continue: reply = .continue
        case .reject: reply = .reject
        case .temporaryFailure: reply = .temporaryFailure
        case .discard: reply = .discard
        case .skip: reply = .skip
        case .progress: reply = .progress
        case .negotiate: reply = .negotiate(try negotiation(&rest))
        case .refuse: reply = .refuse(try refusal(try text(&rest)))
        case .quarantine: reply = .quarantine(reason: String(decoding: try text(&rest), as: UTF8.self))
        case .addHeader: reply = .addHeader(name: try text(&rest), value: try text(&rest))
        case .insertHeader:
            reply = .insertHeader(index: try number(&rest), name: try text(&rest), value: try text(&rest))
        case .changeHeader:
            reply = .changeHeader(index: try number(&rest), name: try text(&rest), value: try text(&rest))
        case .changeSender:
            reply = .changeSender(address: try text(&rest), parameters: try optionalText(&rest))
        case .addRecipientWithParameters:
            reply = .addRecipientWithParameters(address: try text(&rest), parameters: try optionalText(&rest))
        case .addRecipient: reply = .addRecipient(address: try text(&rest))
        case .deleteRecipient: reply = .deleteRecipient(address: try text(&rest))
        case .replaceBody:
            reply = .replaceBody(Array(rest))
            rest = []
        }
        guard rest.isEmpty else { throw .init(reason: "\(rest.count) bytes behind a \(letter)") }
        return reply
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) throws(MilterReplyError) -> UInt32 {
        guard rest.count >= 4 else { throw .init(reason: "ends in a number") }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func text(_ rest: inout ArraySlice<UInt8>) throws(MilterReplyError) -> [UInt8] {
        guard let nul = rest.firstIndex(of: 0) else { throw .init(reason: "a text without its NUL") }
        defer { rest = rest[(nul + 1)...] }
        return Array(rest[..<nul])
    }

    private static func optionalText(_ rest: inout ArraySlice<UInt8>) throws(MilterReplyError) -> [UInt8]? {
        rest.isEmpty ? nil : try text(&rest)
    }

    private static func negotiation(_ rest: inout ArraySlice<UInt8>) throws(MilterReplyError) -> MilterNegotiation {
        var terms = MilterNegotiation(
            version: try number(&rest), actions: .init(rawValue: try number(&rest)),
            steps: .init(rawValue: try number(&rest)))
        while !rest.isEmpty {
            guard let stage = MilterMacroStage(rawValue: try number(&rest)) else {
                throw .init(reason: "macros for an unknown stage")
            }
            let names = try text(&rest).split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            terms.macros.append(.init(stage, names))
        }
        return terms
    }

    private static func refusal(_ bytes: [UInt8]) throws(MilterReplyError) -> SMTPRefusal {
        let whole = String(decoding: bytes, as: UTF8.self).replacing("%%", with: "%")
        var result: SMTPRefusal?
        var lines: [String] = []
        for line in whole.split(whereSeparator: \.isNewline) {
            guard let refusal = SMTPRefusal(code: line.prefix(3), statusAndText: String(line.dropFirst(4))) else {
                throw .init(reason: "no reply code in \(line.prefix(40).debugDescription)")
            }
            lines.append(refusal.text)
            result = refusal
        }
        result?.text = lines.joined(separator: "\n")
        guard let result else { throw .init(reason: "no reply code") }
        return result
    }
}
