import ControlProtocol

/// One source: its score opened into parts, its limits, which accounts use it, and why it was answered as it was.
struct SourcePage {
    let context: ViewContext
    let detail: SourceDetail

    func draw(_ grid: inout Grid) {
        PageFacts(title: detail.row.source, lines: facts).draw(&grid, context)
        let panels = PagePanels(context: context)
        panels.drawDividers(&grid)
        panels.limits(detail.limits, grid.drawing.glyphs).draw(&grid)
        panels.uses(.accounts, "Accounts that use it, last hour", "account", detail.accounts).draw(&grid)
        panels.verdicts(detail.verdicts).draw(&grid)
        panels.names(.domains, "Domains whose names it used, last day", "domain", detail.domains).draw(&grid)
        panels.actions(detail.actions).draw(&grid)
    }

    private var facts: [[Run]] {
        let row = detail.row
        return [
            PageFacts.line([
                ("state", SourceCells.state(row, context)), ("score", SourceCells.score(row)),
                ("messages", Run("\(Figures.count(row.messagesLastHour))/h")),
                ("refused", Run("\(Figures.count(row.refusedLastHour))/h")),
                ("unknown recipients", Run("\(Figures.count(row.unknownRecipientsLastHour))/h")),
                ("accounts", Run(Figures.count(row.accountsLastHour))),
                (
                    "seen",
                    Run(
                        row.lastSeen == 0
                            ? "never" : Figures.span(milliseconds: context.now.since(row.lastSeen)) + " ago")
                ),
            ]),
            [Run("score: ", .quiet), Run(row.parts.isEmpty ? "nothing counts against it" : SourceCells.parts(row))],
            PagePanels(context: context).overrides(row.overrides),
        ]
    }
}
