/// Reads the mail server's packets from bytes that arrive in pieces.
///
/// ```swift
/// while let packet = try decoder.next(buffer.readableBytesUInt8Span) {
///     ...
///     buffer.moveReaderIndex(forwardBy: packet.byteCount)
/// }
/// ```
///
/// It keeps no bytes. What it waits for is bounded by ``MilterBounds``: chunks of the body are handed on in the pieces
/// in which they arrive, and header fields that are too long are passed over in such pieces.
package struct MilterDecoder: Sendable {
    private enum Rest {
        case chunk(letter: MilterLetter, left: Int)
        case header(length: Int, left: Int)
    }

    private let bounds: MilterBounds
    /// What is missing of a packet that is handed on in pieces.
    private var rest: Rest?
    private var packets: UInt64 = 0

    static let lengthBytes = 4
    static let prefixBytes = 5
    /// So much of a header field that is passed over is waited for, so that its name is told.
    private static let nameBytes = 256

    package init(bounds: MilterBounds = MilterBounds()) {
        self.bounds = bounds
    }

    /// Whether a packet was begun and is not complete. Bytes that were given and not taken count too, for the caller.
    package var isInsidePacket: Bool { rest != nil }

    /// What the given bytes start with, or `nil` if more must arrive.
    ///
    /// Give it all bytes that have not been consumed, each time that some are added. When it has returned something it
    /// expects that ``MilterPacket/byteCount`` bytes are dropped before the next call.
    ///
    /// - Throws: ``MilterPacketError``, the same one however the bytes were cut.
    package mutating func next(_ bytes: Span<UInt8>) throws(MilterPacketError) -> MilterPacket? {
        let raw = bytes.bytes
        if let rest { return proceed(rest, raw.byteCount) }
        guard raw.byteCount >= Self.lengthBytes else { return nil }
        let length = Int(raw.bigEndian32(at: 0))
        let number = packets + 1
        guard length > 0 else { throw .init(kind: .empty, command: nil, offset: 0, packet: number) }
        guard raw.byteCount >= Self.prefixBytes else { return nil }
        guard let letter = MilterLetter(rawValue: raw[Self.lengthBytes]) else {
            throw .init(
                kind: .unknownCommand(raw[Self.lengthBytes]), command: nil, offset: Self.lengthBytes, packet: number)
        }
        let most = most(letter)
        guard length - 1 <= most else {
            throw .init(kind: .tooLong(length: length, most: most + 1), command: letter, offset: 0, packet: number)
        }
        if let piece = begin(letter, length - 1, in: bytes) { return piece }
        guard !isPiecewise(letter, length - 1), raw.byteCount >= Self.lengthBytes + length else { return nil }
        packets = number
        var reader = MilterPacketReader(
            offset: Self.prefixBytes, end: Self.lengthBytes + length, command: letter, packet: number)
        return MilterPacket(byteCount: Self.lengthBytes + length, command: try reader.command(in: raw))
    }

    private func most(_ letter: MilterLetter) -> Int {
        switch letter {
        case .header: max(bounds.header, bounds.passedHeader)
        case .body, .endOfMessage: bounds.chunk
        default: bounds.packet
        }
    }

    private func isPiecewise(_ letter: MilterLetter, _ count: Int) -> Bool {
        switch letter {
        case .body, .endOfMessage: true
        case .header: count > bounds.header
        default: false
        }
    }

    /// The first piece of a packet that is handed on in pieces; `nil` if it is none, or nothing of it has arrived.
    private mutating func begin(_ letter: MilterLetter, _ count: Int, in bytes: Span<UInt8>) -> MilterPacket? {
        guard isPiecewise(letter, count) else { return nil }
        if letter == .header { return beginHeader(count, in: bytes) }
        guard count == 0 || bytes.count > Self.prefixBytes else { return nil }
        packets += 1
        return proceed(.chunk(letter: letter, left: count), bytes.count, after: Self.prefixBytes)
    }

    private mutating func beginHeader(_ count: Int, in bytes: Span<UInt8>) -> MilterPacket? {
        let window = Self.prefixBytes..<Self.prefixBytes + min(count, Self.nameBytes)
        guard bytes.count >= window.upperBound else { return nil }
        packets += 1
        var packet = proceed(.header(length: count, left: count), bytes.count, after: Self.prefixBytes)
        if case .longHeader(let length, _, let isEnd) = packet?.command {
            let end = window.first { bytes[$0] == 0 } ?? window.upperBound
            packet?.command = .longHeader(length: length, name: window.lowerBound..<end, isEnd: isEnd)
        }
        return packet
    }

    private mutating func proceed(_ rest: Rest, _ available: Int, after prefix: Int = 0) -> MilterPacket? {
        switch rest {
        case .chunk(let letter, let left):
            guard let taken = take(left, available - prefix) else { return nil }
            self.rest = taken == left ? nil : .chunk(letter: letter, left: left - taken)
            let range = prefix..<prefix + taken
            let command: MilterCommand =
                letter == .endOfMessage && taken == left ? .endOfMessage(range) : .body(range, isEnd: isEnd(letter))
            return MilterPacket(byteCount: prefix + taken, command: command)
        case .header(let length, let left):
            guard let taken = take(left, available - prefix) else { return nil }
            self.rest = taken == left ? nil : .header(length: length, left: left - taken)
            return MilterPacket(
                byteCount: prefix + taken, command: .longHeader(length: length, name: nil, isEnd: taken == left))
        }
    }

    private func take(_ left: Int, _ available: Int) -> Int? {
        available > 0 || left == 0 ? min(left, available) : nil
    }

    /// A piece of what came with the end of the message is no chunk that is answered.
    private func isEnd(_ letter: MilterLetter) -> Bool { letter == .body && rest == nil }
}

/// One packet, or a piece of one.
package struct MilterPacket: Sendable, Equatable {
    /// Bytes to drop.
    package var byteCount: Int
    package var command: MilterCommand

    package init(byteCount: Int, command: MilterCommand) {
        self.byteCount = byteCount
        self.command = command
    }
}
