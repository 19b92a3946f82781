import ArgumentParser
import ControlProtocol

/// Which rows of a table, in which order.
struct PageOptions: ParsableArguments {
    @Option(help: "Rows, 1 to \(ViewQuery.maximumRows).")
    var limit = 20

    @Option(help: "Rows to leave out from the top.")
    var offset = 0

    @Option(help: "Column to sort by. (default: the view's own order)")
    var sort: String?

    @Flag(help: "Smallest first.")
    var ascending = false

    @Option(help: "Terms that must all hold: text, column:text, column=n, column>n, column<n.")
    var filter = ""

    func validate() throws {
        guard (1...ViewQuery.maximumRows).contains(limit) else {
            throw ValidationError("--limit must be 1 to \(ViewQuery.maximumRows).")
        }
        guard offset >= 0 else { throw ValidationError("--offset must not be negative.") }
    }

    /// - Throws: `ValidationError` for a column that the view does not have, naming the nearest.
    func query(_ view: ViewKind, subject: String? = nil, adding term: String? = nil) throws -> ViewQuery {
        let columns = ViewQuery.columns(of: view)
        if let sort, !columns.contains(sort) {
            if columns.isEmpty { throw ValidationError("\(view.rawValue) has its own order; leave --sort out.") }
            let hint = nearestName(to: sort, among: columns).map { "did you mean \($0)? " } ?? ""
            throw ValidationError(
                "--sort \(sort): \(hint)\(view.rawValue) has \(columns.joined(separator: ", ")).")
        }
        let terms = [term, filter].compactMap { $0 }.filter { !$0.isEmpty }
        return ViewQuery(
            view, subject: subject, filter: terms.joined(separator: " "), sort: sort, descending: !ascending,
            offset: offset, limit: limit)
    }
}
