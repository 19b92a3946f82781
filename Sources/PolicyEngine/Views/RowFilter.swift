/// A filter over the rows of a view: space-separated terms that must all hold.
///
/// - `word` is found in any text column, whatever its case;
/// - `column:text` is found in that column; for a figure it is the same as `=`;
/// - `column=value` is the whole text, whatever its case, or the figure;
/// - `column>figure`, `column<figure`, `column>=figure`, `column<=figure`. Sizes may be written `10M` and ages `20m`.
///
/// A term or value with spaces or operators in it is written in double quotes: `reason:"timed out"`, `"2001:db8::1"`.
package struct RowFilter: Sendable, Equatable {
    package let columns: [FilterColumn]
    let terms: [RowFilterTerm]

    package static let maximumBytes = 1_000
    package static let maximumTerms = 32

    /// - Throws: ``RowFilterError``.
    package init(_ text: String, columns: [FilterColumn]) throws(RowFilterError) {
        guard text.utf8.count <= Self.maximumBytes else { throw .tooLong(limit: Self.maximumBytes) }
        let words = try RowFilterWord.split(text)
        guard words.count <= Self.maximumTerms else { throw .tooManyTerms(limit: Self.maximumTerms) }
        var terms: [RowFilterTerm] = []
        for word in words { terms.append(try RowFilterTerm(word, columns: columns)) }
        self.columns = columns
        self.terms = terms
    }

    /// Lets every row through.
    package var isEmpty: Bool { terms.isEmpty }

    /// Whether a row is let through can change by time alone.
    package var dependsOnTime: Bool {
        terms.contains { term in term.column.map { columns[$0].kind == .age } ?? false }
    }

    package func matches(_ row: some FilterableRow) -> Bool {
        terms.allSatisfy { $0.matches(row, columns: columns) }
    }
}
