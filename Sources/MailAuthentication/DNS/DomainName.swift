/// A domain name as it is asked for and compared: lower-case, without the dot at the end (RFC 1035 section 2.3.1).
///
/// Names that came as U-labels stay as they are written; ``withALabels`` is what to ask for (RFC 8616 section 4).
package struct DomainName: Hashable, Sendable {
    /// Without the dot at the end; empty is the root.
    package let text: String

    /// Lower-cases ASCII letters and takes one dot off the end.
    package init(_ text: some StringProtocol) {
        var bytes = text.utf8.map { byte in
            UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
        }
        if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    package var labels: [Substring] {
        text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false)
    }

    /// Whether the DNS can hold it: labels of 1 to 63 bytes, 253 bytes in all (RFC 1035 section 2.3.4).
    package var canBeAsked: Bool {
        text.utf8.count <= 253 && !text.isEmpty
            && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                .allSatisfy { (1...63).contains($0.count) }
    }

    /// Whether it stands for an address, `[192.0.2.1]` (RFC 5321 section 4.1.3), and is no name.
    package var isLiteral: Bool { text.utf8.first == UInt8(ascii: "[") }

    /// Whether this is the other name or lies below it.
    package func isWithin(_ other: DomainName) -> Bool {
        if other.text.isEmpty || text == other.text { return true }
        let own = text.utf8
        let above = other.text.utf8
        guard own.count > above.count, own.reversed().starts(with: above.reversed()) else { return false }
        return own[own.index(own.endIndex, offsetBy: -above.count - 1)] == UInt8(ascii: ".")
    }
}

extension DomainName: CustomStringConvertible {
    package var description: String { text }
}

extension DomainName: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}
