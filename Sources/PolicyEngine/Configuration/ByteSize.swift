/// Reads sizes as the limits write them: `3 MB`, `500KB`, `1048576`.
enum ByteSize {
    /// Bytes; `nil` if it is no size. KB, MB and GB are of 1,000; KiB, MiB and GiB of 1,024.
    static func parse(_ text: String) -> Int? {
        let compact = text.lowercased().filter { $0 != " " && $0 != "," && $0 != "_" }
        let digits = compact.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), let factor = factor(of: compact.dropFirst(digits.count)) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    private static func factor(of unit: Substring) -> Int? {
        switch unit {
        case "", "b", "byte", "bytes": 1
        case "kb": 1000
        case "mb": 1_000_000
        case "gb": 1_000_000_000
        case "kib": 1 << 10
        case "mib": 1 << 20
        case "gib": 1 << 30
        default: nil
        }
    }
}
