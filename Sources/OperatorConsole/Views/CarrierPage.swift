import ControlProtocol

/// One carrier: its rate and what passed under it, what is queued for it, and why requests were answered as they were.
struct CarrierPage {
    let context: ViewContext
    let detail: CarrierDetail

    func draw(_ grid: inout Grid) {
        PageFacts(title: detail.row.carrier, lines: facts).draw(&grid, context)
        let panels = PagePanels(context: context)
        panels.drawDividers(&grid)
        drawCharts(&grid)
        panels.verdicts(detail.verdicts).draw(&grid)
        panels.queue(detail.queue).draw(&grid)
        panels.actions(detail.actions).draw(&grid)
    }

    private func drawCharts(_ grid: inout Grid) {
        guard let area = context.layout.area(of: .mail) else { return }
        Panel.title(&grid, area, "Recipients a minute, last hour", note: [Run("this minute  last hour", .quiet)])
        let height = max(1, (area.rows - 1) / 2)
        let series: [(String, [Int?], Style)] = [
            ("passed", detail.passedPerMinute, .good), ("deferred", detail.deferredPerMinute, .warning),
        ]
        for (index, (label, values, style)) in series.enumerated() {
            let row = area.row + 1 + index * height
            guard row + height <= area.row + area.rows else { break }
            SeriesRow(label: label, values: values, style: style).draw(
                &grid, Area(row: row, column: area.column, rows: height, columns: area.columns))
        }
    }

    private var facts: [[Run]] {
        let row = detail.row
        return [
            PageFacts.line([
                ("rate", Run(Figures.rate(row.ratePerSecond) + "/s", .bold)),
                ("configured", Run(Figures.rate(row.configuredPerSecond) + "/s")),
                ("actual", Run(Figures.rate(row.actualPerSecond) + "/s")), ("waiting", Run(Figures.count(row.waiting))),
                ("passed", Run(Figures.count(row.passedLastHour) + "/h")),
                ("answered 450", Run(Figures.count(row.deferredLastHour) + "/h")),
                ("queued", Run(Figures.count(row.queued))), ("deferred", Run(Figures.count(row.queueDeferred))),
            ]),
            PageFacts.line([
                ("domains", Run(row.domains.joined(separator: " "))),
                ("whitelisted", Run(row.networks.isEmpty ? "none" : row.networks.joined(separator: " "))),
            ]),
            PagePanels(context: context).overrides(row.overrides),
        ]
    }
}
