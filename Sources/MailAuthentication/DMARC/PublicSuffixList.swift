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

    /// Reads the list's file: a rule a line; `//` starts a comment, which may also follow a rule.
    ///
    /// What comes after a blank is no part of the rule by the list's own format, but nobody writes it into a list, and
    /// any text could be taken for one.
    /// - Throws: ``PublicSuffixListError``.
    package init(parsing text: some StringProtocol) throws(PublicSuffixListError) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
            guard let word = words.first, !word.hasPrefix("//") else { continue }
            let rest = words.count > 1 ? words[1].drop(while: \.isWhitespace) : ""
            guard rest.isEmpty || rest.hasPrefix("//") else {
                throw PublicSuffixListError(line: index + 1, problem: "there is a blank in the rule")
            }
            guard let (rule, name) = Self.rule(word) else {
                throw PublicSuffixListError(line: index + 1, problem: "it is no rule")
            }
            rules[name, default: []].append(rule)
        }
        if rules.isEmpty { throw PublicSuffixListError(problem: "it has no rules in it") }
    }

    /// The rule and its name in A-labels; `nil` if that is no domain.
    private static func rule(_ word: some StringProtocol) -> (Rule, String)? {
        let (rule, text): (Rule, String) =
            if word.hasPrefix("!") {
                (.exception, String(word.dropFirst()))
            } else if word.hasPrefix("*.") {
                (.wildcard, String(word.dropFirst(2)))
            } else {
                (.suffix, String(word.hasPrefix(".") ? word.dropFirst() : word[...]))
            }
        let name = DomainName(text).withALabels
        // Wildcards elsewhere than in front the format allows; so far nobody writes one, and no name is like it.
        guard !name.text.isEmpty, name.labels.allSatisfy({ $0 == "*" || isLabel($0) }) else { return nil }
        return (rule, name.text)
    }

    /// Letters, digits and inner hyphens (RFC 1123 section 2.1).
    private static func isLabel(_ label: some StringProtocol) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
            }
    }

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

/// Why a file is no list.
package struct PublicSuffixListError: Error, Hashable, Sendable {
    /// Counted from 1; `nil` if it concerns the whole file.
    package var line: Int?
    /// What stands there is not repeated: the file may be a private key's.
    package var problem: String
}

extension PublicSuffixListError: CustomStringConvertible {
    package var description: String { (line.map { "line \($0) of it: " } ?? "") + problem }
}
