/// A whole message taken apart into its header and its body (RFC 5322 section 2.1).
package struct MessageText: Sendable {
    package var header = MessageHeader()
    /// With CRLF at its line ends.
    package var body: [UInt8] = []

    /// - Parameter bytes: With CRLF or LF at its line ends, as files have them; not both kinds taken for ends: where the first
    ///   line ends with CRLF, a bare LF is no end.
    package init(_ bytes: [UInt8]) {
        let bytes = Self.withCRLF(bytes)
        var start = 0
        // A field goes on in the lines that begin with white space.
        var field: Range<Int>?
        while start < bytes.count {
            let end = Self.lineEnd(bytes, from: start)
            let line = start..<end
            start = min(end + 2, bytes.count)
            if line.isEmpty {
                body = Array(bytes[start...])
                break
            }
            if let begun = field, bytes[line.lowerBound] == 0x20 || bytes[line.lowerBound] == 0x09 {
                field = begun.lowerBound..<line.upperBound
            } else {
                append(field, bytes)
                field = line
            }
        }
        append(field, bytes)
    }

    /// What has no colon is no field, and is left out.
    private mutating func append(_ field: Range<Int>?, _ bytes: [UInt8]) {
        guard let field, let colon = bytes[field].firstIndex(of: UInt8(ascii: ":")) else { return }
        header.append(name: bytes[field.lowerBound..<colon], value: bytes[(colon + 1)..<field.upperBound])
    }

    private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            if bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { return index }
            index += 1
        }
        return index
    }

    private static func withCRLF(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = bytes.firstIndex(of: 0x0A), first == 0 || bytes[first - 1] != 0x0D else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 32)
        for byte in bytes {
            if byte == 0x0A { result.append(0x0D) }
            result.append(byte)
        }
        return result
    }
}
