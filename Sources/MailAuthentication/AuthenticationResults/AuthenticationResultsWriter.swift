/// Writes Authentication-Results fields (RFC 8601 section 2.2).
///
/// Nothing that came with a message can end the field, start another result or add a property: values are written as
/// tokens, addresses or quoted-strings, and what is not printable ASCII becomes a question mark.
///
/// ```swift
/// let value = AuthenticationResultsWriter().write(
///     authservID: "mx.example.org",
///     results: [MethodResult(method: "spf", result: "pass", properties: [.init("smtp", "helo", "a.example")])])
/// // mx.example.org;\r\n\tspf=pass smtp.helo=a.example
/// ```
package struct AuthenticationResultsWriter: Sendable {
    package enum LineEnding: String, Sendable {
        /// As in the message itself.
        case crlf = "\r\n"
        /// As a milter gives header fields to the MTA.
        case lf = "\n"
    }

    package static let fieldName = "Authentication-Results"

    private let lineEnding: LineEnding

    package init(lineEnding: LineEnding = .crlf) { self.lineEnding = lineEnding }

    private typealias Text = AuthenticationResultsText

    private static let lineLength = 78
    private static let mostResults = 100
    private static let mostProperties = 32
    /// Longer than any address (RFC 5321 section 4.5.3.1), so that no line comes near 998 bytes.
    private static let longestValue = 320
    private static let longestWords = 200

    /// - Parameter authservID: who vouches for it.
    /// - Returns: the field's value, folded, without name, colon and final line ending.
    package func write(authservID: String, results: [MethodResult]) -> String {
        let id = Self.value(Self.printable(authservID.utf8.prefix(255))).text
        if results.isEmpty { return Self.string(id) + "; none" }
        let written = results.prefix(Self.mostResults).map { result in
            lineEnding.rawValue + "\t" + fold(Self.parts(of: result))
        }
        return Self.string(id) + ";" + written.joined(separator: ";")
    }

    private func fold(_ parts: [[UInt8]]) -> String {
        var text = ""
        // A tab may be shown as eight columns.
        var column = 8
        for (index, part) in parts.enumerated() {
            if index > 0, column + 1 + part.count > Self.lineLength {
                text += lineEnding.rawValue + "\t "
                column = 9
            } else if index > 0 {
                text += " "
                column += 1
            }
            text += Self.string(part)
            column += part.count
        }
        return text
    }

    /// What may not be folded within.
    private static func parts(of result: MethodResult) -> [[UInt8]] {
        let version = result.version.map { "/\($0)" } ?? ""
        var parts = [keyword(result.method) + Array(version.utf8) + [UInt8(ascii: "=")] + keyword(result.result)]
        if let comment = result.comment, !comment.isEmpty {
            parts.append(
                [UInt8(ascii: "(")] + Text.escaped(words(comment), special: "()\\") + [UInt8(ascii: ")")])
        }
        if let reason = result.reason, !reason.isEmpty {
            parts.append(Array("reason=".utf8) + Text.quoted(words(reason)))
        }
        // Some readers take a quoted-string for the end of a result; so they come last.
        let properties = result.properties.prefix(mostProperties).compactMap(property)
        return parts + properties.filter { !$0.isQuoted }.map(\.text) + properties.filter(\.isQuoted).map(\.text)
    }

    /// nil for a value that is longer than it may be: cut off it would be another one.
    private static func property(_ property: MethodResult.Property) -> (text: [UInt8], isQuoted: Bool)? {
        guard property.value.utf8.count <= longestValue else { return nil }
        let value = value(printable(property.value.utf8))
        let name = keyword(property.type) + [UInt8(ascii: ".")] + keyword(property.name)
        return (name + [UInt8(ascii: "=")] + value.text, value.isQuoted)
    }

    /// A token, an address, or else a quoted-string.
    private static func value(_ bytes: [UInt8]) -> (text: [UInt8], isQuoted: Bool) {
        if !bytes.isEmpty, bytes.allSatisfy(Text.isToken) { return (bytes, false) }
        if let at = bytes.lastIndex(of: UInt8(ascii: "@")), Text.isDomain(bytes[(at + 1)...]) {
            let local = bytes[..<at]
            if local.isEmpty || Text.isDotAtom(local) || Text.isQuotedString(local) { return (bytes, false) }
            return (Text.quoted(local) + bytes[at...], false)
        }
        return (Text.quoted(bytes), true)
    }

    private static func keyword(_ text: String) -> [UInt8] {
        let bytes = text.utf8.prefix(64).map { Text.isKeyword($0) ? Text.lowercase($0) : UInt8(ascii: "-") }
        return bytes.isEmpty ? [UInt8(ascii: "-")] : bytes
    }

    private static func words(_ text: String) -> [UInt8] {
        let bytes = printable(text.utf8.prefix(longestWords + 1))
        return bytes.count > longestWords ? bytes.prefix(longestWords) + Array("...".utf8) : bytes
    }

    /// One question mark for each character that is not printable ASCII.
    private static func printable(_ bytes: some Collection<UInt8>) -> [UInt8] {
        bytes.compactMap { byte in
            if (0x20...0x7E).contains(byte) { return byte }
            // Of a character of several bytes only the first counts.
            return (0x80...0xBF).contains(byte) ? nil : UInt8(ascii: "?")
        }
    }

    private static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
