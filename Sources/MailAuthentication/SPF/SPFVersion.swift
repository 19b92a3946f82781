/// What a record says that it is for, before its first term.
enum SPFVersion: Hashable, Sendable {
    /// `v=spf1` (RFC 7208 section 4.5).
    case spf1
    /// `spf2.0/` and scopes (RFC 4406 section 3.1).
    case senderID(SenderIDScope)

    /// Reads it off the record's start; `nil` if the record is none that is known.
    /// - Returns: the version, and where the terms start.
    static func read(_ record: [UInt8]) -> (version: SPFVersion, end: Int)? {
        if record.startsWithoutCase(with: "v=spf1") {
            guard record.count == 6 || record[6] == UInt8(ascii: " ") else { return nil }
            return (.spf1, 6)
        }
        guard isSenderID(record), record.count > 7, record[6] == UInt8(ascii: "/") else { return nil }
        let end = record[7...].firstIndex(of: UInt8(ascii: " ")) ?? record.endIndex
        guard let scope = SenderIDScope(list: record[7..<end]) else { return nil }
        return (.senderID(scope), end)
    }

    /// Whether it starts with `spf2.0`, which is all that keeps `v=spf1` from standing in (RFC 4406 section 3.4).
    static func isSenderID(_ record: [UInt8]) -> Bool { record.startsWithoutCase(with: "spf2.0") }
}

extension [UInt8] {
    /// - Parameter text: ASCII in lower case.
    fileprivate func startsWithoutCase(with text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in text.indices {
                let byte = self[index]
                let lower = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
                if lower != text[index] { return false }
            }
            return true
        }
    }
}
