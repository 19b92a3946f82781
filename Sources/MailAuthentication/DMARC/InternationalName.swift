import Foundation

extension DomainName {
    /// The name with every U-label written as an A-label (RFC 5890 section 2.3.2.1), under which the DNS holds it; labels
    /// of ASCII stay as they are.
    ///
    /// First it is mapped as what people type is (RFC 5895 section 2): letters of full width, decomposed ones and capitals
    /// stand for the same name as the plain, composed and small ones that a reader sees.
    package var withALabels: DomainName {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return self }
        // The ideographic full stop separates labels too.
        let text = text.precomposedStringWithCompatibilityMapping.lowercased().replacing("\u{3002}", with: ".")
        let labels = text.split(separator: ".", omittingEmptySubsequences: false).map { label in
            if label.utf8.allSatisfy({ $0 < 0x80 }) { return String(label) }
            return "xn--" + Punycode.encode(label.unicodeScalars.map(\.value))
        }
        return DomainName(labels.joined(separator: "."))
    }
}

/// RFC 3492.
enum Punycode {
    private static let base: UInt32 = 36
    private static let lowest: UInt32 = 1
    private static let highest: UInt32 = 26

    static func encode(_ codePoints: [UInt32]) -> String {
        var output = codePoints.filter { $0 < 0x80 }.map { UInt8($0) }
        let basicCount = UInt32(output.count)
        var handled = basicCount
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var next: UInt32 = 0x80
        var delta: UInt32 = 0
        var bias: UInt32 = 72
        // A label is at most 63 bytes in the DNS; one that is far longer only has to stay too long.
        guard codePoints.count <= 1_000 else { return String(repeating: "x", count: 64) }
        while handled < codePoints.count {
            guard let lowest = codePoints.filter({ $0 >= next }).min() else { break }
            // 0x10FFFF times 1,001 fits.
            delta += (lowest - next) * (handled + 1)
            next = lowest
            for point in codePoints {
                if point < next { delta += 1 }
                guard point == next else { continue }
                append(delta, bias: bias, to: &output)
                bias = adapt(delta, points: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// A number of variable length (RFC 3492 section 3.3).
    private static func append(_ number: UInt32, bias: UInt32, to output: inout [UInt8]) {
        var rest = number
        var place = base
        while true {
            let threshold = place <= bias ? lowest : min(place - bias, highest)
            if rest < threshold { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            place += base
        }
        output.append(digit(rest))
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26)
    }

    /// RFC 3492 section 6.1.
    private static func adapt(_ delta: UInt32, points: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / points
        var place: UInt32 = 0
        while delta > (base - lowest) * highest / 2 {
            delta /= base - lowest
            place += base
        }
        return place + (base - lowest + 1) * delta / (delta + 38)
    }
}
