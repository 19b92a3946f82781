import ControlProtocol

/// Plans with their limits in force; opened with `:plans`.
struct PlansView {
    let context: ViewContext
    let page: Page<PlanRow>

    func draw(_ grid: inout Grid) {
        TableView(
            context: context, title: "Plans", noun: "plans",
            columns: [
                Column("plan", 10), Column("accounts", 10, align: .right), Column("when over", 9),
                Column("limits", 24, flex: 5), Column("overrides", 12, flex: 4, drop: 1),
            ],
            rows: page.rows.map { row in
                TableRow(
                    id: row.id,
                    cells: [
                        Run(row.plan), Run(Figures.count(row.accounts)), Run(row.whenOver),
                        Run(row.limits.map(Figures.shortLimit).joined(separator: ", ")),
                        Run(
                            row.overrides.map { "\($0.what)  " + $0.short(context.now) }.joined(separator: "; "),
                            .warning),
                    ])
            }, paging: Paging(page)
        ).draw(&grid)
    }
}
