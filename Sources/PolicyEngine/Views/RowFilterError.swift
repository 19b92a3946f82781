/// What is wrong with a filter's text, with the term that is meant.
package enum RowFilterError: Error, Sendable, Equatable, CustomStringConvertible {
    case tooLong(limit: Int)
    case tooManyTerms(limit: Int)
    case unclosedQuote(term: String)
    case unknownColumn(name: String, nearest: String?, known: [String])
    case noValue(term: String)
    /// `>` or `<` on a column that is text.
    case notANumberColumn(column: String, term: String)
    case badNumber(value: String, column: String, expected: String)

    package var description: String {
        switch self {
        case .tooLong(let limit): "a filter has at most \(limit) bytes"
        case .tooManyTerms(let limit): "a filter has at most \(limit) terms"
        case .unclosedQuote(let term): "the quote in \(term) is not closed"
        case .unknownColumn(let name, let nearest?, _): "no column is named \"\(name)\"; did you mean \"\(nearest)\"?"
        case .unknownColumn(let name, nil, let known):
            "no column is named \"\(name)\"; there are \(known.joined(separator: ", ")). "
                + "Quote the whole term to look for it as text"
        case .noValue(let term): "\(term) says no value"
        case .notANumberColumn(let column, let term):
            "\(column) is text: \(term) cannot be compared; write \(column):text"
        case .badNumber(let value, let column, let expected): "\"\(value)\" is no \(expected) for \(column)"
        }
    }
}
