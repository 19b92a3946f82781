/// Meters as bytes: zigzag varints (as in Protocol Buffers), times as differences.
///
/// An entry is its time, less the time of the entry before it, then messages, recipients and bytes: 9 to 12 bytes as a
/// rule. In the log each entry has its key before it: 0 and an account's number, or 1, the kind, and the name with its
/// length.
struct MeterEncoder {
    private(set) var bytes: [UInt8] = []
    private var previous: Int64 = 0

    /// Begins anew, in the same memory.
    mutating func encode(_ entries: [MeterEntry]) {
        bytes.removeAll(keepingCapacity: true)
        previous = 0
        for entry in entries { append(entry) }
    }

    static func encode(_ increments: [MeterIncrement]) -> [UInt8] {
        var encoder = MeterEncoder()
        encoder.bytes.reserveCapacity(increments.count * 16)
        for increment in increments {
            encoder.append(increment.key)
            // Each by itself, so that one can be read without those before it.
            encoder.previous = 0
            encoder.append(increment.entry)
        }
        return encoder.bytes
    }

    private mutating func append(_ entry: MeterEntry) {
        append(signed: entry.at &- previous)
        append(signed: Int64(entry.messages))
        append(signed: Int64(entry.recipients))
        append(signed: entry.bytes)
        previous = entry.at
    }

    private mutating func append(_ key: MeterKey) {
        switch key {
        case .account(let number):
            bytes.append(0)
            append(signed: number)
        case .named(let kind, let name):
            bytes.append(1)
            bytes.append(kind)
            append(unsigned: UInt64(name.utf8.count))
            bytes.append(contentsOf: name.utf8)
        }
    }

    private mutating func append(signed value: Int64) {
        append(unsigned: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    private mutating func append(unsigned value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Reads what ``MeterEncoder`` wrote. Bytes that it cannot have written give `nil`.
struct MeterDecoder {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    @inline(__always)
    mutating func entry(after previous: Int64) -> MeterEntry? {
        guard let step = signed(), let messages = signed(), let recipients = signed(), let size = signed(),
            let messages = Int32(exactly: messages), let recipients = Int32(exactly: recipients)
        else { return nil }
        return MeterEntry(at: previous &+ step, messages: messages, recipients: recipients, bytes: size)
    }

    mutating func key() -> MeterKey? {
        switch byte() {
        case 0: signed().map { .account($0) }
        case 1: name()
        default: nil
        }
    }

    private mutating func name() -> MeterKey? {
        guard let kind = byte(), let length = unsigned(), length <= UInt64(bytes.count - offset) else { return nil }
        let end = offset + Int(length)
        defer { offset = end }
        return .named(kind: kind, name: String(decoding: bytes[offset..<end], as: UTF8.self))
    }

    private mutating func byte() -> UInt8? {
        guard offset < bytes.count else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    @inline(__always)
    private mutating func signed() -> Int64? {
        guard let value = unsigned() else { return nil }
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    @inline(__always)
    private mutating func unsigned() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count, shift < 64 {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
