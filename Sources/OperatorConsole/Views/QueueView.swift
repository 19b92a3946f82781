import ControlProtocol

/// Messages in Postfix's queues, oldest first.
struct QueueView {
    let context: ViewContext
    let page: Page<QueueRow>

    func draw(_ grid: inout Grid) {
        TableView(
            context: context, title: context.state.status?.mode == "demo" ? "Queue of the demo" : "Queue",
            noun: "messages", columns: Self.columns, rows: page.rows.map { QueueCells.row($0, context) },
            paging: Paging(page), feed: "queue"
        ).draw(&grid)
    }

    static let columns = [
        Column("age", 6, sort: "age", align: .right),
        Column("queue", 8, sort: "state"),
        Column("account", 20, sort: "account", flex: 2),
        Column("from", 18, sort: "sender", flex: 2, drop: 7),
        Column("to", 20, sort: "recipient", flex: 2),
        Column("rcpt", 5, align: .right, drop: 5),
        Column("carrier", 8, sort: "carrier", drop: 3),
        Column("size", 7, sort: "size", align: .right, drop: 4),
        Column("ID", 15, drop: 6),
        Column("instance", 9, sort: "instance", drop: 8),
        Column("last reason for delay", 16, sort: "reason", flex: 4, drop: 2),
    ]
}

enum QueueCells {
    static func row(_ row: QueueRow, _ context: ViewContext) -> TableRow {
        let first = row.recipients.first
        return TableRow(
            id: row.id,
            cells: [
                Run(Figures.span(milliseconds: context.now.since(row.arrival))), Run(row.queue, style(row.queue)),
                account(row), Run(row.sender.isEmpty ? "<>" : row.sender), Run(first?.address ?? ""),
                Run(Figures.count(row.recipientCount)), Run(row.carrier ?? "", .quiet), Run(Figures.bytes(row.size)),
                Run(row.queueID, .quiet), Run(row.instance, .quiet),
                Run(row.recipients.lazy.compactMap(\.delayReason).first ?? "", .quiet),
            ])
    }

    /// Mail that no account sent, or whose account is not known, shows its MAIL FROM in the brackets of SMTP.
    private static func account(_ row: QueueRow) -> Run {
        row.account.map { Run($0) } ?? Run("<" + row.sender + ">", .quiet)
    }

    static func style(_ queue: String) -> Style {
        switch queue {
        case "deferred": .warning
        case "hold": .alarm
        default: .plain
        }
    }
}
