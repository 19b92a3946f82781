/// Textual encoding of keys (RFC 7468).
enum PEM {
    /// The first block of a text.
    /// - Returns: `nil` if there is no block that is whole.
    static func firstBlock(in text: String) -> (label: String, text: [UInt8])? {
        var label: String?
        var contents: [UInt8] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.utf8.reversed().drop { $0.isFoldingSpace }.reversed()
            let text = String(decoding: line, as: UTF8.self)
            if let open = label {
                if text == "-----END \(open)-----" { return (open, contents) }
                contents += line
            } else if text.hasPrefix("-----BEGIN "), text.hasSuffix("-----"), text.utf8.count > 16 {
                label = String(text.dropFirst(11).dropLast(5))
            }
        }
        return nil
    }

    /// Lines of 64 characters, as RFC 7468 section 2 wants them.
    static func block(_ label: String, _ der: some Sequence<UInt8>) -> String {
        let text = Base64.encode(der)
        var lines = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: text.count, by: 64) {
            lines += String(decoding: text[start..<min(start + 64, text.count)], as: UTF8.self) + "\n"
        }
        return lines + "-----END \(label)-----\n"
    }
}
