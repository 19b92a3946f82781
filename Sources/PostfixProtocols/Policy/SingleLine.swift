/// Makes one line of a text that may come from anywhere.
enum SingleLine {
    /// Appends the separator and the text, unless the text is empty.
    ///
    /// Control characters (C0, DEL, C1) and the line and paragraph separators become spaces; what is over `limit` bytes
    /// is cut off where a character ends.
    static func append(_ text: String, separator: String, limit: Int, to bytes: inout [UInt8]) {
        var length = 0
        for scalar in text.unicodeScalars {
            let clean = isLineBreaking(scalar) ? " " : scalar
            let encoded = UTF8.encode(clean) ?? UTF8.encodedReplacementCharacter
            guard length + encoded.count <= limit else { break }
            if length == 0 { bytes.append(contentsOf: separator.utf8) }
            bytes.append(contentsOf: encoded)
            length += encoded.count
        }
    }

    private static func isLineBreaking(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
