/// A reply of an SMTP server (RFC 5321 section 4.2), its lines joined by a line feed.
struct SMTPReply: Sendable, Equatable, CustomStringConvertible {
    var code: Int
    /// What follows the code, the enhanced status code of RFC 2034 included.
    var text: String

    /// `5.7.1` and its like, where the text starts with one.
    var enhancedStatus: String? {
        guard let word = text.split(separator: " ").first else { return nil }
        let parts = word.split(separator: ".")
        return parts.count == 3 && parts.allSatisfy { Int($0) != nil } ? String(word) : nil
    }

    var isPositive: Bool { (200..<400).contains(code) }
    var description: String { "\(code) \(text)" }
}
