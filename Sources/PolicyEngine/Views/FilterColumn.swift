/// A column that rows can be filtered by.
package struct FilterColumn: Sendable, Equatable {
    package var name: String
    package var kind: Kind

    package enum Kind: Sendable, Equatable {
        case text
        case number
        /// A number of bytes: `10M` is 10 MiB.
        case bytes
        /// Seconds: `20m`, `36h`, `5d`.
        case age
    }

    package init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// A row as a filter sees it. Columns are numbered in the order in which they were given to the filter.
package protocol FilterableRow {
    /// Whether one of the texts of the column is what `matches` wants.
    func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool
    /// The figure of a column that is no text; `nil` where the row has none.
    func number(ofColumn index: Int) -> Double?
}
