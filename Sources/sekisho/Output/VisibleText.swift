/// Text as it may go to a terminal: what comes from mail is data, so control, bidirectional and invisible characters are
/// shown as their code.
func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.steersTerminal) else { return text }
    return text.unicodeScalars.map { $0.steersTerminal ? escaped($0) : String($0) }.joined()
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case _ where scalar.value < 0x100: "\\x" + hexadecimal(scalar.value, digits: 2)
    default: "\\u{" + hexadecimal(scalar.value, digits: 4) + "}"
    }
}

func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

extension Unicode.Scalar {
    /// A terminal could obey it, or show the text around it in another order, or not at all.
    var steersTerminal: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
        default: false
        }
    }
}
