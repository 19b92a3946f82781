import ControlProtocol

/// One account: who it is, its limits, where it sends from, what it has queued, and why it was answered as it was.
struct AccountPage {
    let context: ViewContext
    let detail: AccountDetail

    func draw(_ grid: inout Grid) {
        let row = detail.row
        let name = row.name.map { "  " + $0 } ?? ""
        PageFacts(title: row.account + name, lines: facts).draw(&grid, context)
        let panels = PagePanels(context: context)
        panels.drawDividers(&grid)
        panels.limits(detail.limits, grid.drawing.glyphs).draw(&grid)
        panels.uses(.sources, "Sends from, last hour", "source", detail.sources).draw(&grid)
        panels.verdicts(detail.verdicts).draw(&grid)
        panels.queue(detail.queue).draw(&grid)
        panels.actions(detail.actions).draw(&grid)
    }

    private var facts: [[Run]] {
        let row = detail.row
        let signedUp = row.signedUp.flatMap { context.clock?.date($0) } ?? "unknown"
        let standing = SenderCells.state(row, context)
        return [
            PageFacts.line([
                ("state", Run(row.state.rawValue, standing.style)), ("plan", Run(row.plan, .bold)),
                (row.inDirectory ? "signed up" : "not in the directory; first seen", Run(signedUp)),
                ("age", Run(SenderCells.age(row, context))),
                ("rate", Run("\(Figures.count(row.messagesPerMinute))/min")),
                ("networks", Run(Figures.count(row.networks))),
                ("refused", Run("\(Figures.count(row.refusedLastHour))/h")),
                ("queued", Run(Figures.count(row.queued))),
            ]),
            row.marks.isEmpty
                ? PageFacts.line([("may send as", Run(detail.addresses.joined(separator: " ")))])
                : [Run("signs: ", .quiet), Run(row.marks.joined(separator: ", "), .alarm)],
            PagePanels(context: context).overrides(row.overrides),
        ]
    }
}
