/// Reads what stands in one packet of the mail server.
struct MilterPacketReader {
    private var offset: Int
    private let end: Int
    private let letter: MilterLetter
    private let packet: UInt64

    /// - Precondition: `offset <= end`, and `end` is at most the count of the bytes that ``command(in:)`` is given.
    init(offset: Int, end: Int, command: MilterLetter, packet: UInt64) {
        self.offset = offset
        self.end = end
        letter = command
        self.packet = packet
    }

    mutating func command(in bytes: RawSpan) throws(MilterPacketError) -> MilterCommand {
        switch letter {
        case .negotiate: return .negotiate(try negotiation(bytes))
        case .macros: return try macros(bytes)
        case .connection: return .connection(try peer(bytes))
        case .helo: return .helo(try onlyText(bytes))
        case .unknown: return .unknown(try onlyText(bytes))
        case .sender:
            let (address, parameters) = try path(bytes)
            return .sender(address: address, parameters: parameters)
        case .recipient:
            let (address, parameters) = try path(bytes)
            return .recipient(address: address, parameters: parameters)
        case .header:
            let name = try text(bytes)
            return .header(name: name, value: try onlyText(bytes))
        case .data: return try nothing(.data)
        case .endOfHeader: return try nothing(.endOfHeader)
        case .abort: return try nothing(.abort)
        case .quit: return try nothing(.quit)
        case .quitForNewConnection: return try nothing(.quitForNewConnection)
        // These two come in pieces and are not read here.
        case .body: return .body(offset..<end, isEnd: true)
        case .endOfMessage: return .endOfMessage(offset..<end)
        }
    }

    private func error(_ kind: MilterPacketError.Kind, at offset: Int) -> MilterPacketError {
        .init(kind: kind, command: letter, offset: offset, packet: packet)
    }

    /// Version, actions and steps. What a later version may say behind them is none of ours.
    private func negotiation(_ bytes: RawSpan) throws(MilterPacketError) -> MilterNegotiation {
        guard end - offset >= 12 else { throw error(.tooShort, at: end) }
        return MilterNegotiation(
            version: bytes.bigEndian32(at: offset), actions: .init(rawValue: bytes.bigEndian32(at: offset + 4)),
            steps: .init(rawValue: bytes.bigEndian32(at: offset + 8)))
    }

    private mutating func macros(_ bytes: RawSpan) throws(MilterPacketError) -> MilterCommand {
        guard offset < end else { throw error(.tooShort, at: end) }
        guard let stage = MilterLetter(rawValue: bytes[offset]) else {
            throw error(.unknownStage(bytes[offset]), at: offset)
        }
        offset += 1
        let start = offset
        while offset < end {
            _ = try text(bytes)
            guard offset < end else { throw error(.missingValue, at: end) }
            _ = try text(bytes)
        }
        return .macros(stage, start..<end)
    }

    private mutating func peer(_ bytes: RawSpan) throws(MilterPacketError) -> MilterPeer {
        let name = try text(bytes)
        guard offset < end else { throw error(.tooShort, at: end) }
        guard let family = MilterPeer.Family(rawValue: bytes[offset]) else {
            throw error(.unknownFamily(bytes[offset]), at: offset)
        }
        offset += 1
        // Nothing more is known of a peer of no known family; Sendmail's may say something all the same.
        if family == .unknown { return MilterPeer(name: name, family: family, port: 0, address: end..<end) }
        guard end - offset >= 2 else { throw error(.tooShort, at: end) }
        let port = UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
        offset += 2
        return MilterPeer(name: name, family: family, port: port, address: try onlyText(bytes))
    }

    private mutating func path(_ bytes: RawSpan) throws(MilterPacketError) -> (
        address: Range<Int>, parameters: Range<Int>
    ) {
        let address = try text(bytes)
        guard offset == end || bytes[end - 1] == 0 else { throw error(.missingNUL, at: end) }
        return (address, offset..<end)
    }

    /// A text and the NUL behind it.
    private mutating func text(_ bytes: RawSpan) throws(MilterPacketError) -> Range<Int> {
        let nul = bytes.offset(of: 0, from: offset, to: end)
        guard nul < end else { throw error(.missingNUL, at: end) }
        defer { offset = nul + 1 }
        return offset..<nul
    }

    private mutating func onlyText(_ bytes: RawSpan) throws(MilterPacketError) -> Range<Int> {
        let range = try text(bytes)
        guard offset == end else { throw error(.excess, at: offset) }
        return range
    }

    private func nothing(_ command: MilterCommand) throws(MilterPacketError) -> MilterCommand {
        guard offset == end else { throw error(.excess, at: offset) }
        return command
    }
}

extension RawSpan {
    /// - Precondition: `offset` and the three bytes after it lie in the span.
    func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(self[offset]) << 24 | UInt32(self[offset + 1]) << 16 | UInt32(self[offset + 2]) << 8
            | UInt32(self[offset + 3])
    }
}
