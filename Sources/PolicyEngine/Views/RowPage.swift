import ControlProtocol

/// Cuts the page that a query asked for out of the sorted rows of a table.
package struct RowPage: Sendable, Equatable {
    /// The rows of the page, as the numbers that the table has for them.
    package private(set) var rows: [Int] = []
    /// Where the row that the query asked to locate stands after filter, sort and holding.
    package private(set) var located: Int?

    /// Held rows stand first on the page, in the client's order, as long as they are in the table, even if the filter
    /// no longer lets them through; the rest follows in the order of the sort.
    ///
    /// - Parameters:
    ///   - order: numbers of the rows that the filter lets through, sorted.
    ///   - find: the number of a row by its identity; `nil` when it is not in the table.
    package init(_ query: ViewQuery, order: [Int], find: (String) -> Int?) {
        let limit = min(max(0, query.limit), ViewQuery.maximumRows)
        let offset = min(max(0, query.offset), order.count)
        let held = Self.held(query, limit: limit, find: find)
        let isHeld = Set(held)
        let wanted = query.locate.flatMap(find)
        // Positions are those of the order without held rows, with these put in at the offset.
        var position = 0
        rows = held
        if let wanted, let place = held.firstIndex(of: wanted) { located = offset + place }
        for row in order where !isHeld.contains(row) {
            let onPage = position >= offset
            if onPage && rows.count < limit { rows.append(row) }
            if row == wanted { located = position + (onPage ? held.count : 0) }
            if rows.count >= limit && onPage && (wanted == nil || located != nil) { break }
            position += 1
        }
    }

    private static func held(_ query: ViewQuery, limit: Int, find: (String) -> Int?) -> [Int] {
        var seen: Set<Int> = []
        return (query.held ?? []).prefix(limit).compactMap { identity in
            find(identity).flatMap { seen.insert($0).inserted ? $0 : nil }
        }
    }
}
