import ControlProtocol
import MailPolicy
import Synchronization

/// What a table knows of a row that is not visible: enough to filter and sort it.
package protocol RowFigures: FilterableRow, Sendable {
    /// ``Identifiable/id`` of the row.
    var identity: String { get }
    /// The order of rows that are equal in what they are sorted by, so that nothing moves that need not.
    func precedes(_ other: Self) -> Bool
    /// Whether a person should look at it.
    var needsAttention: Bool { get }
    /// The text of a column that is text, for sorting.
    func text(ofColumn index: Int) -> String
    /// In the order of ``ViewQuery/columns(of:)``.
    static var columns: [FilterColumn] { get }
    static var view: ViewKind { get }
}

extension RowFigures {
    package func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool {
        matches(text(ofColumn: index))
    }
}

/// The figures of all rows of a table, gathered now and then and shared by all who look.
///
/// Gathering takes the gatekeeper's lock in slices; how often it is done depends on how long it takes, so that a
/// million accounts cost no more of a core than a thousand.
package final class FigureTable<Figures: RowFigures>: Sendable {
    package struct Picture: Sendable {
        package let number: Int
        package let rows: [Figures]
        /// Indices of the rows that need a person.
        package let needingAttention: [Int]
        fileprivate let places: Places

        package static var empty: Picture { Picture(number: 0, rows: []) }

        init(number: Int, rows: [Figures]) {
            self.number = number
            self.rows = rows
            needingAttention = rows.indices.filter { rows[$0].needsAttention }
            places = Places(rows)
        }

        /// Index of a row by its identity.
        package func place(of identity: String) -> Int? { places.place(of: identity) }
    }

    /// Where rows are; made when somebody asks for the first time, since it costs as much as the rows.
    fileprivate final class Places: Sendable {
        private let rows: [Figures]
        private let known = Mutex<[String: Int]?>(nil)

        init(_ rows: [Figures]) { self.rows = rows }

        func place(of identity: String) -> Int? {
            known.withLock { known in
                if known == nil {
                    var places: [String: Int] = [:]
                    places.reserveCapacity(rows.count)
                    for index in rows.indices { places[rows[index].identity] = index }
                    known = places
                }
                return known?[identity]
            }
        }
    }

    private struct Key: Hashable {
        var filter: String
        var sort: String?
        var descending: Bool
    }

    private struct State {
        var picture = Picture.empty
        var nextDue: UInt64 = 0
        var isGathering = false
        /// Something was changed while a picture was being gathered, which may not show it.
        var isStale = false
        var orders: [(key: Key, order: [Int])] = []
    }

    private let state = Mutex(State())
    private let gather: @Sendable (_ at: Milliseconds) -> [Figures]
    /// Nanoseconds between two gatherings, at the least.
    private let interval: UInt64
    /// Orders that are kept of one picture.
    private static var ordersKept: Int { 8 }

    package init(interval: Duration = .milliseconds(400), gather: @escaping @Sendable (_ at: Milliseconds) -> [Figures])
    {
        self.interval = UInt64(interval / .nanoseconds(1))
        self.gather = gather
    }

    /// The newest picture, which is gathered anew if its time has come. While one caller gathers, the others get the
    /// picture before.
    package func picture(at now: Milliseconds) -> Picture {
        let began = monotonicNanoseconds()
        let present: Picture? = state.withLock { state in
            if state.isGathering && state.picture.number > 0 || began < state.nextDue { return state.picture }
            state.isGathering = true
            state.isStale = false
            return nil
        }
        if let present { return present }
        let rows = gather(now)
        let took = monotonicNanoseconds() - began
        return state.withLock { state in
            let picture = Picture(number: state.picture.number + 1, rows: rows)
            state.picture = picture
            state.orders = []
            state.isGathering = false
            state.nextDue = state.isStale ? 0 : began + max(interval, Self.pause(after: took))
            return picture
        }
    }

    /// A hundredth of a core is spent on a table as long as it is still gathered every two seconds; beyond that a
    /// twentieth, so that the largest ones do not grow old.
    private static func pause(after took: UInt64) -> UInt64 { max(min(took * 100, 2_000_000_000), took * 20) }

    /// What was changed must be seen in the next frame.
    package func expire() {
        state.withLock { state in
            state.nextDue = 0
            state.isStale = true
        }
    }

    /// - Throws: ``ControlError`` about the filter or the sort column.
    package func page(_ query: ViewQuery, at now: Milliseconds) throws -> (
        picture: Picture, page: RowPage, matched: Int
    ) {
        let picture = picture(at: now)
        let order = try order(query, of: picture)
        return (picture, RowPage(query, order: order) { picture.place(of: $0) }, order.count)
    }

    private func order(_ query: ViewQuery, of picture: Picture) throws -> [Int] {
        let key = Key(filter: query.filter, sort: query.sort, descending: query.descending)
        let known = state.withLock { state in
            state.picture.number == picture.number ? state.orders.first { $0.key == key }?.order : nil
        }
        if let known { return known }
        let filter: RowFilter
        do {
            filter = try RowFilter(query.filter, columns: Figures.columns)
        } catch {
            throw ControlError.invalidParameters("filter: \(error)")
        }
        let column = try query.sortPlace(among: Figures.columns.map(\.name)) ?? 0
        let found = picture.rows.indices.filter { filter.isEmpty || filter.matches(picture.rows[$0]) }
        let order = Self.sorted(found, picture.rows, column, descending: query.descending)
        state.withLock { state in
            guard state.picture.number == picture.number else { return }
            if state.orders.count >= Self.ordersKept { state.orders.removeFirst() }
            state.orders.append((key, order))
        }
        return order
    }

    private static func sorted(_ found: [Int], _ rows: [Figures], _ column: Int, descending: Bool) -> [Int] {
        if Figures.columns[column].kind == .text {
            return found.map { (index: $0, text: rows[$0].text(ofColumn: column)) }.sorted { one, other in
                if one.text != other.text { return (one.text < other.text) != descending }
                return rows[one.index].precedes(rows[other.index])
            }.map(\.index)
        }
        return found.map { (index: $0, number: rows[$0].number(ofColumn: column) ?? -1) }.sorted { one, other in
            if one.number != other.number { return (one.number < other.number) != descending }
            return rows[one.index].precedes(rows[other.index])
        }.map(\.index)
    }
}
