import ControlProtocol

/// What a row of a small table is filtered and sorted by.
protocol SmallTableRow: FilterableRow {
    /// In the order of ``ViewQuery/columns(of:)``.
    static var columns: [FilterColumn] { get }
    /// What a column that is no text is sorted by, where that is not what it is filtered by.
    func sortNumber(ofColumn index: Int) -> Double?
}

extension SmallTableRow {
    func sortNumber(ofColumn index: Int) -> Double? { number(ofColumn: index) }
}

/// Filters, sorts and pages a table that is small enough to be made anew for each frame.
enum SmallTable {
    /// - Throws: ``ControlError`` about the filter or the sort column.
    static func page<Row, Figures: SmallTableRow>(
        _ query: ViewQuery, _ rows: [Row], _ figures: (Row) -> Figures
    ) throws -> Page<Row> {
        let columns = Figures.columns
        let filter: RowFilter
        do {
            filter = try RowFilter(query.filter, columns: columns)
        } catch {
            throw ControlError.invalidParameters("filter: \(error)")
        }
        var order = rows.indices.filter { filter.isEmpty || filter.matches(figures(rows[$0])) }
        if let column = try query.sortPlace(among: columns.map(\.name)) {
            let keys = rows.map { SortKey(figures($0), column, columns[column].kind) }
            order.sort { one, other in
                if keys[one] == keys[other] { return one < other }
                return (keys[one] < keys[other]) != query.descending
            }
        }
        let page = RowPage(query, order: order) { id in rows.firstIndex { $0.id == id } }
        return Page(
            total: rows.count, matched: order.count, offset: query.offset, rows: page.rows.map { rows[$0] },
            located: page.located)
    }

    private struct SortKey: Comparable {
        var text = ""
        var number = 0.0

        init(_ row: some SmallTableRow, _ column: Int, _ kind: FilterColumn.Kind) {
            if kind == .text {
                var found = ""
                _ = row.anyText(ofColumn: column) {
                    found = $0
                    return true
                }
                text = found
            } else {
                number = row.sortNumber(ofColumn: column) ?? -1
            }
        }

        static func < (one: SortKey, other: SortKey) -> Bool {
            one.text == other.text ? one.number < other.number : one.text < other.text
        }
    }
}

struct CarrierColumns: SmallTableRow {
    var row: CarrierRow

    static let columns = [
        FilterColumn("carrier", .text), FilterColumn("rate", .number), FilterColumn("actual", .number),
        FilterColumn("waiting", .number), FilterColumn("queued", .number), FilterColumn("deferred", .number),
    ]

    func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool {
        index == 0 && (matches(row.carrier) || row.domains.contains(where: matches))
    }

    func number(ofColumn index: Int) -> Double? {
        switch index {
        case 1: row.ratePerSecond
        case 2: row.actualPerSecond
        case 3: Double(row.waiting)
        case 4: Double(row.queued)
        case 5: Double(row.queueDeferred)
        default: nil
        }
    }
}

struct PlanColumns: SmallTableRow {
    var row: PlanRow

    static let columns = [FilterColumn("plan", .text), FilterColumn("accounts", .number)]

    func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool { index == 0 && matches(row.plan) }

    func number(ofColumn index: Int) -> Double? { index == 1 ? Double(row.accounts) : nil }
}

struct DomainColumns: SmallTableRow {
    var row: DomainRow

    static let columns =
        [FilterColumn("own", .number), FilterColumn("domain", .text), FilterColumn("messages", .number)]
        + DomainRow.methodNames.map { FilterColumn($0, .number) } + [FilterColumn("new", .number)]

    func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool { index == 1 && matches(row.domain) }

    func number(ofColumn index: Int) -> Double? {
        switch index {
        case 0: row.own ? 1 : 0
        case 2: Double(row.messagesLastHour)
        // As it is shown: per cent.
        case 3..<3 + DomainRow.methodNames.count:
            row.methods[DomainRow.methodNames[index - 3]]?.hour.passRate.map { $0 * 100 }
        case 3 + DomainRow.methodNames.count: row.standsOut ? Double(row.failedFromNewSources) : 0
        default: nil
        }
    }
}
