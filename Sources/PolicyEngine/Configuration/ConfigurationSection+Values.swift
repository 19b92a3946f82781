import ControlProtocol
import MailPolicy

// Readers for the plain types.
extension ConfigurationSection {
    private static let longestText = 1000
    private static let mostElements = 10_000

    /// One line of text without control characters.
    func text(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else {
            wrongType(name, value, wanted: "a text in quotes")
            return nil
        }
        return check(text, name) ? text : nil
    }

    func text(_ name: String, default standard: String) -> String { text(name) ?? standard }

    /// Text that goes into SMTP replies, which are ASCII (RFC 5321 section 4.2).
    func replyText(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            report(name, "it goes into SMTP replies, which are ASCII", remedy: "Write an address, a number or a URL")
            return nil
        }
        guard !text.isEmpty, text.utf8.count <= 200 else {
            report(name, "it goes into SMTP replies and must have 1 to 200 characters")
            return nil
        }
        return text
    }

    func texts(_ name: String) -> [String]? {
        guard let value = value(name) else { return nil }
        // One text is a list of one, as it is nearly always meant.
        if case .string(let text) = value { return check(text, name) ? [text] : nil }
        guard case .array(let elements) = value else {
            wrongType(name, value, wanted: "a list of texts: [\"…\", \"…\"]")
            return nil
        }
        guard elements.count <= Self.mostElements else {
            report(name, "it has \(elements.count) elements; \(Self.mostElements) are the most")
            return nil
        }
        return elements.enumerated().compactMap { index, element in
            guard case .string(let text) = element else {
                wrongType("\(name)[\(index)]", element, wanted: "a text in quotes")
                return nil
            }
            return check(text, "\(name)[\(index)]") ? text : nil
        }
    }

    /// A list that may be left out, but not be empty: that reads as none, where the default would be taken.
    func texts(_ name: String, ifEmpty remedy: String) -> [String]? {
        if value(name) == .array([]) { report(name, "it is an empty list", remedy: remedy) }
        return texts(name)
    }

    private func check(_ text: String, _ name: String) -> Bool {
        if text.utf8.count > Self.longestText {
            report(name, "it is longer than \(Self.longestText) bytes")
        } else if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            report(name, "it contains control characters")
        } else {
            return true
        }
        return false
    }

    func count(_ name: String, default standard: Int, in range: ClosedRange<Int>) -> Int {
        count(name, in: range) ?? standard
    }

    func count(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .integer(let number) = value else {
            wrongType(name, value, wanted: "a whole number")
            return nil
        }
        guard range.contains(Int(number)) else {
            report(
                name, number < 0 ? "\(number) is negative" : "\(number) is out of range",
                remedy: "It may be \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return Int(number)
    }

    /// A whole number without its `.0`.
    private static func figure(_ number: Double) -> String {
        Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = value(name) else { return nil }
        let number: Double
        switch value {
        case .integer(let whole): number = Double(whole)
        case .number(let fraction): number = fraction
        default:
            wrongType(name, value, wanted: "a number")
            return nil
        }
        guard range.contains(number) else {
            let figure = Self.figure(number)
            report(
                name, number < 0 ? "\(figure) is negative" : "\(figure) is out of range",
                remedy: "It may be \(Self.figure(range.lowerBound)) to \(Self.figure(range.upperBound))")
            return nil
        }
        return number
    }

    func flag(_ name: String, default standard: Bool) -> Bool {
        guard let value = value(name) else { return standard }
        guard case .boolean(let flag) = value else {
            wrongType(name, value, wanted: "true or false")
            return standard
        }
        return flag
    }

    /// One of the words of an enumeration.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, default standard: Choice) -> Choice {
        choice(name) ?? standard
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) -> Choice? {
        choice(name, among: Choice.allCases, \.rawValue)
    }

    /// One of some values, each by its word.
    func choice<Choice>(
        _ name: String, among choices: some Collection<Choice>, _ word: (Choice) -> String
    ) -> Choice? {
        guard let text = text(name) else { return nil }
        if let choice = choices.first(where: { word($0) == text }) { return choice }
        let words = choices.map(word)
        let nearest = nearestName(to: text, among: words).map { "Did you mean \"\($0)\"? " } ?? ""
        report(name, "\"\(text)\" is not among its words", remedy: nearest + "It may be " + words.quotedList)
        return nil
    }
}

extension [String] {
    /// `"a", "b" or "c"`.
    var quotedList: String {
        let quoted = map { "\"\($0)\"" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
