extension DomainName {
    /// A name out of a message or a command: letters, digits, `-`, `_`, and UTF-8 for U-labels (RFC 6531 section 3.3).
    ///
    /// `nil` if it holds anything else, or if the DNS could not hold it. A domain literal is no name.
    package init?(spelled bytes: some Collection<UInt8>) {
        guard bytes.count <= 254, let text = String(validating: bytes, as: UTF8.self),
            bytes.allSatisfy(Self.isSpelling)
        else { return nil }
        self.init(text)
        guard canBeAsked else { return nil }
    }

    static func isSpelling(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    /// Whether a sender's domain can be checked: several labels of 1 to 63 bytes, 253 in all, and no domain literal
    /// (RFC 7208 section 4.3), nor an address without the brackets: no top-level domain is a number (RFC 3696 section 2).
    var canBeChecked: Bool {
        guard !isLiteral else { return false }
        var length = 0
        var label = 0
        var labels = 1
        var isNumber = true
        for byte in text.utf8 {
            length += 1
            if byte == UInt8(ascii: ".") {
                guard label > 0 else { return false }
                label = 0
                labels += 1
                isNumber = true
            } else {
                label += 1
                isNumber = isNumber && UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                guard label <= 63 else { return false }
            }
        }
        return label > 0 && labels > 1 && length <= 253 && !isNumber
    }

    /// For people: what is not visible is escaped.
    var visible: String { String(visibleASCII: text.utf8) }
}

extension String {
    /// Text for people out of bytes that anybody may have sent: what is not visible ASCII or a space becomes `\xNN`.
    package init(visibleASCII bytes: some Sequence<UInt8>) {
        var text: [UInt8] = []
        for byte in bytes {
            if 0x20...0x7E ~= byte {
                text.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                text += [UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        self.init(decoding: text, as: UTF8.self)
    }
}
