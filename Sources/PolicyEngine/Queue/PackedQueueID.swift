/// A queue ID in 16 bytes, so that a million of them need no memory of their own.
///
/// Postfix names queue files with letters and digits only (`mail_queue.h`), 6 bits each; 21 fit, and the longest ID
/// that Postfix makes of 64-bit times and inodes on a real file system is below that.
struct PackedQueueID: Hashable, Comparable, Sendable {
    private let bits: UInt128
    private static let maximumLength = 21

    init?(_ text: String) {
        self.init(text.utf8)
    }

    init?(_ text: some Sequence<UInt8>) {
        var bits: UInt128 = 0
        var length = 0
        for byte in text {
            guard length < Self.maximumLength, let code = Self.code(byte) else { return nil }
            bits = bits << 6 | UInt128(code)
            length += 1
        }
        guard length > 0 else { return nil }
        self.bits = bits
    }

    /// As the texts are ordered, where these are equally long.
    static func < (one: Self, other: Self) -> Bool { one.bits < other.bits }

    /// 1 to 62, so that 0 is no character and lengths differ.
    private static func code(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30 + 1
        case 0x41...0x5A: byte - 0x41 + 11
        case 0x61...0x7A: byte - 0x61 + 37
        default: nil
        }
    }

    /// Made with `enable_long_queue_ids = yes`: it holds the time of its making and is not used again. Short ones have
    /// hexadecimal digits only.
    var isLong: Bool {
        var rest = bits
        while rest != 0 {
            if rest & 0x3F > 16 { return true }
            rest >>= 6
        }
        return false
    }

    var text: String {
        var bytes: [UInt8] = []
        var rest = bits
        while rest != 0 {
            let code = UInt8(truncatingIfNeeded: rest & 0x3F)
            switch code {
            case 1...10: bytes.append(code - 1 + 0x30)
            case 11...36: bytes.append(code - 11 + 0x41)
            default: bytes.append(code - 37 + 0x61)
            }
            rest >>= 6
        }
        return String(decoding: bytes.reversed(), as: UTF8.self)
    }
}
