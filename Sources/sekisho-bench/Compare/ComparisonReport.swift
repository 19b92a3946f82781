import Foundation

/// What a comparison found.
struct ComparisonReport: Codable, CustomStringConvertible {
    var accounts: Int
    var pairs: [Pair] = []
    var residentBytes: Int?
    var large: Large?

    /// With very many accounts and sources.
    struct Large: Codable {
        var accounts: Int
        var sources: Int
        /// From the first start, which imports the accounts, to the first verdict.
        var importSeconds: Double
        var residentBytesAfterImport: Int
        /// From the next start to the first verdict.
        var startSeconds: Double
        var residentBytesAfterStart: Int
        /// Once each account and each source was seen.
        var residentBytes: Int
    }

    var description: String {
        var lines = pairs.map(Self.line)
        if let residentBytes {
            lines.append("resident with \(accounts) accounts: \(Self.megabytes(residentBytes))")
        }
        if let large {
            lines += [
                "first start, with \(large.accounts) accounts to import: first verdict after "
                    + "\(Self.seconds(large.importSeconds)), resident then \(Self.megabytes(large.residentBytesAfterImport))",
                "next start, with \(large.accounts) accounts stored: first verdict after "
                    + "\(Self.seconds(large.startSeconds)), resident then \(Self.megabytes(large.residentBytesAfterStart))",
                "resident with \(large.accounts) accounts and \(large.sources) sources seen: "
                    + Self.megabytes(large.residentBytes),
            ]
        }
        return lines.joined(separator: "\n")
    }

    private static func line(_ pair: Pair) -> String {
        func ratio(_ value: Double) -> String { String(format: "%.2f", value) }
        func side(_ figures: Figures) -> String {
            "\(Int(figures.requestsPerSecond)) req/s p50 \(figures.p50) us p99 \(figures.p99) us"
        }
        return """
            \(pair.name), -k \(pair.connections): \(side(pair.measured)), against \(side(pair.floor))
                ratio: req/s \(ratio(pair.requestsRatio)), p50 \(ratio(pair.p50Ratio)), p99 \(ratio(pair.p99Ratio)); \
            answers: \(LoadReport.text(of: pair.actions))
            """
    }

    private static func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }

    private static func seconds(_ seconds: Double) -> String { String(format: "%.2f s", seconds) }
}
