import ControlProtocol

extension FrameText {
    func plans(_ rows: [PlanRow]) -> TextTable {
        TextTable(
            columns: [
                .left("plan"), .right("accounts"), .left("over"), .left("limits"), .left("overrides"),
            ],
            rows: rows.map { row in
                [
                    row.plan, Figures.count(row.accounts), row.whenOver, row.limits.joined(separator: "; "),
                    overrides(row.overrides),
                ]
            })
    }
}
