/// The names below which anyone may register, as publicsuffix.org lists them.
///
/// RFC 7489 section 3.2 finds the organizational domain with it: the public suffix and one label more.
package struct PublicSuffixList: Sendable, Equatable {
    private enum Rule {
        case suffix
        /// Every name one label below is a suffix: `*.ck`.
        case wildcard
        /// Not a suffix, whatever a wildcard says: `!www.ck`.
        case exception
    }

    /// Rules by name, in A-labels, without the mark in front.
    private var rules: [String: [Rule]] = [:]

    /// Reads the list's file: a rule a line, up to the first space; `//` starts a comment.
    package init(parsing text: some StringProtocol) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let word = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).first, !word.hasPrefix("//")
            else {
                continue
            }
            if word.hasPrefix("!") {
                add(.exception, word.dropFirst())
            } else if word.hasPrefix("*.") {
                add(.wildcard, word.dropFirst(2))
            } else {
                add(.suffix, word.hasPrefix(".") ? word.dropFirst() : word[...])
            }
        }
    }

    private mutating func add(_ rule: Rule, _ name: some StringProtocol) {
        rules[DomainName(name).withALabels.text, default: []].append(rule)
    }

    package var isEmpty: Bool { rules.isEmpty }

    /// The public suffix and one label more; nil for a name that is a suffix itself, or that has an empty label.
    package func organizationalDomain(of name: DomainName) -> DomainName? {
        let labels = name.withALabels.labels
        guard !labels.isEmpty, labels.allSatisfy({ !$0.isEmpty }) else { return nil }
        let count = suffixLength(labels) + 1
        guard count <= labels.count else { return nil }
        return DomainName(name.labels.suffix(count).joined(separator: "."))
    }

    /// How many labels of the name are its public suffix: an exception wins, else the longest rule; without one it is
    /// the last label.
    private func suffixLength(_ labels: [Substring]) -> Int {
        var longest = 1
        // Nothing on the list has more than a few labels.
        for count in 1...min(labels.count, 10) {
            for rule in rules[labels.suffix(count).joined(separator: ".")] ?? [] {
                switch rule {
                case .exception: return count - 1
                case .suffix: longest = max(longest, count)
                case .wildcard: if labels.count > count { longest = max(longest, count + 1) }
                }
            }
        }
        return longest
    }
}
