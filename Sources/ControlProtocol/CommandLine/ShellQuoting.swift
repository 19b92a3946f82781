/// One word for a POSIX shell: as it is where nothing in it is special, else quoted.
///
/// What a terminal would obey or hide (control and bidirectional characters, in an address taken from mail) is written as
/// its bytes in `$'…'`, which bash, zsh, ksh and POSIX.1-2024 read, so that the line can be shown and pasted.
package func shellQuoted(_ word: String) -> String {
    if word.unicodeScalars.contains(where: mustBeEscaped) {
        return "$'" + word.unicodeScalars.map(escapedInDollarQuotes).joined() + "'"
    }
    let isPlain = word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "@%+=:,./_-".utf8.contains(byte)
        }
    }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.replacing("'", with: #"'\''"#) + "'"
}

private func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}

private func escapedInDollarQuotes(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "'", "\\": return "\\" + String(scalar)
    case _ where mustBeEscaped(scalar):
        return String(scalar).utf8.map { byte in
            // Octal has at most three digits, so a digit that follows is not taken for one of them; hexadecimal may
            // have more.
            let octal = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - octal.count) + octal
        }.joined()
    default: return String(scalar)
    }
}
