import MailAuthentication
import MailPolicy

/// The data of resource records, from the wire form (RFC 1035 sections 3.3 and 3.4, RFC 3596 section 2.2).
enum RecordData {
    enum Reading: Equatable {
        case record(Record)
        /// A name that no host can have, which is of no use to a check.
        case unusable
    }

    /// - Returns: nil where the data is not of the type's form.
    static func read(_ data: Span<UInt8>, type: RecordType) -> Reading? {
        switch type {
        case .a:
            guard data.count == 4 else { return nil }
            return .record(.address(IPAddress(v4: UInt32(truncatingIfNeeded: integer(data, 0..<4)))))
        case .aaaa:
            guard data.count == 16 else { return nil }
            return .record(.address(IPAddress(high: integer(data, 0..<8), low: integer(data, 8..<16))))
        case .txt, .spf:
            return text(data).map { .record(.text($0)) }
        case .mx:
            guard data.count > 2 else { return nil }
            let preference = UInt16(truncatingIfNeeded: integer(data, 0..<2))
            return name(data, from: 2).map { name in
                name.text.map { .record(.mx(preference: preference, exchange: DomainName($0))) } ?? .unusable
            }
        case .ptr:
            return name(data, from: 0).map { name in
                name.text.map { .record(.ptr(DomainName($0))) } ?? .unusable
            }
        }
    }

    private static func integer(_ data: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for index in range { value = value << 8 | UInt64(data[index]) }
        return value
    }

    /// The character-strings, joined.
    private static func text(_ data: Span<UInt8>) -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(data.count)
        var index = 0
        while index < data.count {
            let length = Int(data[index])
            guard index + length < data.count else { return nil }
            for offset in index + 1..<index + 1 + length { text.append(data[offset]) }
            index += 1 + length
        }
        return index > 0 ? text : nil
    }

    private struct Name {
        /// nil where a label has a byte that would make another name of it in text, or that no host name has.
        var text: String?
    }

    /// A name without compression, which libunbound has undone.
    private static func name(_ data: Span<UInt8>, from start: Int) -> Name? {
        var text: [UInt8] = []
        var isPlain = true
        var index = start
        while index < data.count {
            let length = Int(data[index])
            if length == 0 {
                guard index + 1 == data.count, index - start < 255 else { return nil }
                return Name(text: isPlain ? String(decoding: text, as: UTF8.self) : nil)
            }
            guard length <= 63, index + length < data.count else { return nil }
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            for offset in index + 1..<index + 1 + length {
                let byte = data[offset]
                isPlain =
                    isPlain && (0x21...0x7E).contains(byte) && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "\\")
                text.append(byte)
            }
            index += 1 + length
        }
        return nil
    }
}

extension DomainName {
    /// In the form of a zone file, with a NUL at the end: a byte that is none of a host name's is written as `\DDD` (RFC
    /// 1035 section 5.1), so that what stands in a message cannot be read as an escape or end the name early.
    var presentation: [CChar] {
        var text: [CChar] = []
        for byte in self.text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                text.append(CChar(byte))
            default:
                text.append(CChar(UInt8(ascii: "\\")))
                for digit in [byte / 100, byte / 10 % 10, byte % 10] { text.append(CChar(UInt8(ascii: "0") + digit)) }
            }
        }
        // Absolute: nothing is appended to it.
        text.append(CChar(UInt8(ascii: ".")))
        text.append(0)
        return text
    }
}
