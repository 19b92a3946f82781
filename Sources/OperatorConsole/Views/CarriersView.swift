import ControlProtocol

/// Carriers: the throttle, what passes, what waits.
struct CarriersView {
    let context: ViewContext
    let page: Page<CarrierRow>

    func draw(_ grid: inout Grid) {
        TableView(
            context: context, title: "Carriers, recipients", noun: "carriers", columns: Self.columns,
            rows: page.rows.map { CarrierCells.row($0, context, grid.drawing.glyphs) }, paging: Paging(page)
        ).draw(&grid)
    }

    static let columns = [
        Column("carrier", 10, sort: "carrier", flex: 2),
        Column("rate/s", 7, sort: "rate", align: .right),
        Column("actual/s", 8, sort: "actual", align: .right),
        Column("", 10, drop: 4),
        Column("waiting", 7, sort: "waiting", align: .right),
        Column("passed/h", 8, align: .right, drop: 3),
        Column("450/h", 7, align: .right, drop: 2),
        Column("queued", 7, sort: "queued", align: .right),
        Column("deferred", 8, sort: "deferred", align: .right),
        Column("throttle", 13, flex: 5),
        Column("domains", 14, flex: 2, drop: 5),
    ]
}

enum CarrierCells {
    static func row(_ row: CarrierRow, _ context: ViewContext, _ glyphs: Glyphs) -> TableRow {
        let share = row.ratePerSecond > 0 ? row.actualPerSecond / row.ratePerSecond : 0
        let isFull = share >= 0.95
        return TableRow(
            id: row.id,
            cells: [
                Run(row.carrier), Run(Figures.rate(row.ratePerSecond), row.ratePerSecond == 0 ? .alarm : .plain),
                Run(Figures.rate(row.actualPerSecond)),
                Run(Chart.bar(share, width: 10, glyphs: glyphs), isFull ? .warning : .good),
                Run(Figures.count(row.waiting), row.waiting > 0 ? .warning : .quiet),
                Run(Figures.count(row.passedLastHour)),
                Run(Figures.count(row.deferredLastHour), row.deferredLastHour > 0 ? .warning : .quiet),
                Run(Figures.count(row.queued)),
                Run(Figures.count(row.queueDeferred), row.queueDeferred > 0 ? .warning : .quiet),
                throttle(row, context), Run(row.domains.joined(separator: " "), .quiet),
            ])
    }

    static func throttle(_ row: CarrierRow, _ context: ViewContext) -> Run {
        guard let badge = row.overrides.first(where: { $0.kind == .throttle }) else {
            return Run("as configured", .quiet)
        }
        return Run("was \(Figures.rate(row.configuredPerSecond))/s; " + badge.short(context.now), .warning)
    }
}
