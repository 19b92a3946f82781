/// A series as dots or bars. A gap in the series is a gap in the drawing, never a zero.
enum Chart {
    /// Lines from top to bottom, each `width` cells; the newest values are at the right.
    /// - Parameter top: The value that fills the height; the greatest of the series where `nil`.
    static func lines(_ values: [Int?], width: Int, height: Int, top: Int? = nil, braille: Bool) -> [String] {
        guard width > 0, height > 0 else { return [] }
        let greatest = max(1, top ?? values.compactMap { $0 }.max() ?? 1)
        return braille
            ? dots(fitted(values, to: width * 2), height, greatest) : bars(fitted(values, to: width), height, greatest)
    }

    /// As many values as there are columns: the newest where there are too many, gaps before where there are too few.
    private static func fitted(_ values: [Int?], to count: Int) -> [Int?] {
        let newest = values.suffix(count)
        return Array(repeating: nil, count: count - newest.count) + newest
    }

    /// Filled levels of a value: 0 stays a line at the bottom, so that it differs from a gap.
    private static func level(_ value: Int, _ greatest: Int, _ levels: Int) -> Int {
        guard value > 0 else { return 1 }
        let scaled = (Double(value) / Double(greatest) * Double(levels)).rounded(.up)
        return max(1, min(levels, Int(scaled)))
    }

    private static func dots(_ values: [Int?], _ height: Int, _ greatest: Int) -> [String] {
        // Bits of the four dots of a braille cell's columns, from the bottom up.
        let left: [UInt32] = [0x40, 0x04, 0x02, 0x01]
        let right: [UInt32] = [0x80, 0x20, 0x10, 0x08]
        return (0..<height).map { line in
            let below = (height - 1 - line) * 4
            var text = ""
            for start in stride(from: 0, to: values.count - 1, by: 2) {
                var bits: UInt32 = 0
                for (value, dots) in [(values[start], left), (values[start + 1], right)] {
                    guard let value else { continue }
                    let filled = level(value, greatest, height * 4) - below
                    for dot in dots.prefix(max(0, filled)) { bits |= dot }
                }
                text.unicodeScalars.append(bits == 0 ? " " : Unicode.Scalar(0x2800 + bits) ?? " ")
            }
            return text
        }
    }

    private static func bars(_ values: [Int?], _ height: Int, _ greatest: Int) -> [String] {
        let signs: [Character] = ["_", ".", "-", "=", "+", "*", "#"]
        return (0..<height).map { line in
            let below = (height - 1 - line) * signs.count
            return String(
                values.map { value -> Character in
                    guard let value else { return " " }
                    let filled = level(value, greatest, height * signs.count) - below
                    return filled <= 0 ? " " : signs[min(filled, signs.count) - 1]
                })
        }
    }

    /// A bar of a share of 1, as many cells as it fills.
    static func bar(_ share: Double, width: Int, glyphs: Glyphs) -> String {
        guard width > 0, share.isFinite else { return "" }
        let steps = glyphs.bars.count - 1
        let filled = Int((max(0, min(1, share)) * Double(width * steps)).rounded())
        var text = String(repeating: glyphs.bars[steps], count: filled / steps)
        if filled % steps > 0 { text.append(glyphs.bars[filled % steps]) }
        return text
    }
}
