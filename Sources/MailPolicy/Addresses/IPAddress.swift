/// An IPv4 or IPv6 address as 128 bits; IPv4 is held in its mapped form, ::ffff:0:0/96 (RFC 4291 section 2.5.5.2).
package struct IPAddress: Hashable, Sendable {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(v4 address: UInt32) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(address))
    }

    package var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The address with all but its first `prefix` bits (of 128) cleared.
    package func masked(_ prefix: Int) -> IPAddress {
        switch prefix {
        case ...0: IPAddress(high: 0, low: 0)
        case 1..<64: IPAddress(high: high & ~(UInt64.max >> UInt64(prefix)), low: 0)
        case 64: IPAddress(high: high, low: 0)
        case 65..<128: IPAddress(high: high, low: low & ~(UInt64.max >> UInt64(prefix - 64)))
        default: self
        }
    }

    /// The network that it is counted under: /24 for IPv4, /64 for IPv6.
    package var countedNetwork: Network {
        Network(masking: self, prefix: isV4 ? 120 : 64)
    }
}

extension IPAddress {
    /// Reads dotted IPv4, or IPv6 in any form of RFC 4291 section 2.2, without a zone.
    package init?(parsing bytes: Span<UInt8>) {
        guard bytes.count > 1, bytes.count <= 45 else { return nil }
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: ":") {
                self.init(v6: bytes)
                return
            }
            if bytes[index] == UInt8(ascii: ".") { break }
        }
        guard let address = Self.v4(bytes, from: 0) else { return nil }
        self.init(v4: address)
    }

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(parsing: bytes.span)
    }

    private static func v4(_ bytes: Span<UInt8>, from start: Int) -> UInt32? {
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in start..<bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                address = address << 8 | part
                part = 0
                digits = 0
                dots += 1
            } else {
                // No leading zeros: some read them as octal (RFC 6943 section 3.1.1).
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digits == 0 || part > 0 else { return nil }
                part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                guard part <= 255 else { return nil }
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        return address << 8 | part
    }

    private init?(v6 bytes: Span<UInt8>) {
        // The groups before `::`, and those after it.
        var head = Groups()
        var tail = Groups()
        var elided = false
        var index = 0
        if bytes[0] == UInt8(ascii: ":") {
            guard bytes[1] == UInt8(ascii: ":") else { return nil }
            elided = true
            index = 2
        }
        while index < bytes.count {
            var value: UInt64 = 0
            let start = index
            while index < bytes.count, let digit = Self.hexValue(bytes[index]) {
                value = value << 4 | digit
                index += 1
                guard index - start <= 4 else { return nil }
            }
            if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
                guard let address = Self.v4(bytes, from: start) else { return nil }
                let high = UInt64(address >> 16)
                let low = UInt64(address & 0xFFFF)
                guard elided ? tail.append(high) && tail.append(low) : head.append(high) && head.append(low) else {
                    return nil
                }
                index = bytes.count
                break
            }
            guard index > start, elided ? tail.append(value) : head.append(value) else { return nil }
            guard index < bytes.count else { break }
            guard bytes[index] == UInt8(ascii: ":") else { return nil }
            index += 1
            guard index < bytes.count else { return nil }
            if bytes[index] == UInt8(ascii: ":") {
                guard !elided else { return nil }
                elided = true
                index += 1
            }
        }
        let count = head.count + tail.count
        guard elided ? count < 8 : count == 8 else { return nil }
        let upper = head.leftAligned
        let lower = tail.rightAligned
        self.init(high: upper.high | lower.high, low: upper.low | lower.low)
    }

    private static func hexValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Up to eight groups of 16 bits, gathered from the right.
    private struct Groups {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0

        mutating func append(_ group: UInt64) -> Bool {
            guard count < 8 else { return false }
            high = high << 16 | low >> 48
            low = low << 16 | group
            count += 1
            return true
        }

        var rightAligned: (high: UInt64, low: UInt64) { (high, low) }

        var leftAligned: (high: UInt64, low: UInt64) {
            var aligned = self
            for _ in count..<8 {
                aligned.high = aligned.high << 16 | aligned.low >> 48
                aligned.low <<= 16
            }
            return (aligned.high, aligned.low)
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// IPv4 dotted; IPv6 as RFC 5952 section 4 writes it.
    package var description: String {
        if isV4 {
            let bytes = [24, 16, 8, 0].map { (shift: UInt64) in String(low >> shift & 0xFF) }
            return bytes.joined(separator: ".")
        }
        let shifts: [UInt64] = [48, 32, 16, 0]
        let groups = shifts.map { high >> $0 & 0xFFFF } + shifts.map { low >> $0 & 0xFFFF }
        // The longest run of zero groups, the first of equals, and never a single one.
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
        }
        if best.isEmpty { return text(0..<8) }
        return text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
    }
}
