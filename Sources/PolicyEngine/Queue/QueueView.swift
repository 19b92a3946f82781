import ControlProtocol
import Synchronization

/// Answers queries for the queue view. Filtering and sorting a long queue is done once an index and query, not once a
/// frame.
package final class QueueView: Sendable {
    private struct Key: Hashable {
        var index: UInt64
        var filter: String
        var sort: String?
        var descending: Bool
        /// Changes every five seconds while the filter looks at ages.
        var tick: Int64
    }

    /// The newest orders, the latest used last.
    private let orders = Mutex<[(key: Key, order: [Int])]>([])
    private static let maximumOrders = 8

    package init() {}

    /// - Throws: ``ControlError`` about the filter or the sort column.
    package func page(_ query: ViewQuery, of index: QueueIndex, now: EpochMilliseconds) throws -> Page<QueueRow> {
        let order = try order(query, of: index, now: now)
        let page = RowPage(query, order: order) { index.find($0) }
        return Page(
            total: index.messages.count, matched: order.count, offset: query.offset,
            rows: page.rows.map(index.row), located: page.located)
    }

    /// Places of the messages that a filter lets through.
    ///
    /// - Throws: ``ControlError``.
    package static func matching(_ filter: String, in index: QueueIndex, now: EpochMilliseconds) throws -> [Int] {
        matching(try parse(filter), in: index, now: now)
    }

    private static func matching(_ filter: RowFilter, in index: QueueIndex, now: EpochMilliseconds) -> [Int] {
        if filter.isEmpty { return Array(index.messages.indices) }
        return index.messages.indices.filter {
            filter.matches(FilterableMessage(index: index, place: $0, now: now))
        }
    }

    private static func parse(_ filter: String) throws -> RowFilter {
        do {
            return try RowFilter(filter, columns: QueueColumn.filterColumns)
        } catch {
            throw ControlError.invalidParameters("filter: \(error)")
        }
    }

    private func order(_ query: ViewQuery, of index: QueueIndex, now: EpochMilliseconds) throws -> [Int] {
        let filter = try Self.parse(query.filter)
        // The first columns are those of the view, in its order.
        let place = try query.sortPlace(among: ViewQuery.columns(of: .queue))
        let column = place.flatMap(QueueColumn.init(rawValue:)) ?? .age
        let key = Key(
            index: index.serial, filter: query.filter, sort: query.sort, descending: query.descending,
            tick: filter.dependsOnTime ? now / 5_000 : 0)
        if let known = orders.withLock({ $0.first { $0.key == key }?.order }) { return known }
        let found = Self.matching(filter, in: index, now: now)
        let order = QueueOrder.sort(found, of: index, by: column, descending: query.descending)
        orders.withLock { orders in
            orders.removeAll { $0.key.index < key.index }
            if orders.count >= Self.maximumOrders { orders.removeFirst() }
            orders.append((key, order))
        }
        return order
    }
}
