/// One term of a filter as it is written: a bare word, or column, operator and value.
struct RowFilterWord: Equatable {
    /// The term as written, for messages.
    var text: String
    var column: String?
    var comparison: RowFilterTerm.Comparison = .contains
    var value: String

    /// - Throws: ``RowFilterError/unclosedQuote(term:)``.
    static func split(_ text: String) throws(RowFilterError) -> [Self] {
        var words: [Self] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0.isWhitespace }
            if rest.isEmpty { return words }
            words.append(try next(&rest))
        }
    }

    private static func next(_ rest: inout Substring) throws(RowFilterError) -> Self {
        let start = rest
        func written() -> String { String(start[..<rest.startIndex]) }
        if rest.first == "\"" {
            let value = try quoted(&rest, term: start)
            return Self(text: written(), value: value)
        }
        let name = rest.prefix { !$0.isWhitespace && !":=<>".contains($0) }
        rest = rest[name.endIndex...]
        guard let comparison = comparison(&rest) else { return Self(text: written(), value: String(name)) }
        let value: String
        if rest.first == "\"" {
            value = try quoted(&rest, term: start)
        } else {
            let bare = rest.prefix { !$0.isWhitespace }
            rest = rest[bare.endIndex...]
            value = String(bare)
        }
        return Self(text: written(), column: String(name), comparison: comparison, value: value)
    }

    private static func comparison(_ rest: inout Substring) -> RowFilterTerm.Comparison? {
        let known: [(String, RowFilterTerm.Comparison)] = [
            (">=", .atLeast), ("<=", .atMost), (">", .over), ("<", .under), (":", .contains), ("=", .equals),
        ]
        guard let (text, comparison) = known.first(where: { rest.hasPrefix($0.0) }) else { return nil }
        rest = rest.dropFirst(text.count)
        return comparison
    }

    private static func quoted(_ rest: inout Substring, term: Substring) throws(RowFilterError) -> String {
        let inner = rest.dropFirst()
        guard let end = inner.firstIndex(of: "\"") else { throw .unclosedQuote(term: String(term.prefix(60))) }
        rest = inner[inner.index(after: end)...]
        return String(inner[..<end])
    }
}
