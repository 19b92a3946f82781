import ControlProtocol

/// One domain: what each method found of the mail under its name, and who sent that.
struct DomainPage {
    let context: ViewContext
    let detail: DomainDetail

    /// The title, the domain's own line, and a table with a line a method.
    static let factRows = 4 + DomainRow.methodNames.count

    func draw(_ grid: inout Grid) {
        let area = context.layout.body
        Panel.title(&grid, area, detail.row.domain, note: Ages.note(context).map { [$0] } ?? [])
        for (offset, line) in lines.prefix(Self.factRows - 1).enumerated() where offset + 1 < area.rows {
            grid.write(line, row: area.row + 1 + offset, column: 2, limit: area.columns - 3)
        }
        PagePanels(context: context).names(.sources, "Sources that used its name, last day", "source", detail.sources)
            .draw(&grid)
    }

    private var lines: [[Run]] {
        let row = detail.row
        let new = row.newFailingSources
        let first = PageFacts.line([
            ("messages", Run("\(Figures.count(row.messagesLastHour))/h")),
            ("", Run(row.own ? "one of our own" : "", .good)),
            (new.isEmpty ? "" : "new failing", Run(new.joined(separator: " "), .alarm)),
        ])
        return [first, Self.heading] + DomainRow.methodNames.map(methodLine)
    }

    private static let spans = ["minute", "hour", "day"]
    private static let cellWidth = 25

    /// Above each span its four shares, as they stand in the lines.
    private static var heading: [Run] {
        [Run("%".padded(to: 10), .quiet)]
            + spans.map { Run("last \($0): pass fail none err".padded(to: cellWidth + 3), .quiet) }
    }

    private func methodLine(_ name: String) -> [Run] {
        let title = Run((Self.titles[name] ?? name).padded(to: 10))
        guard let figures = detail.row.methods[name] else { return [title, Run("nothing was verified", .quiet)] }
        return [title] + [figures.minute, figures.hour, figures.day].flatMap(Self.shares)
    }

    private static let titles = [
        "spf": "SPF", "senderid": "Sender ID", "dkim": "DKIM", "dmarc": "DMARC", "arc": "ARC",
    ]

    private static func shares(_ counts: FindingCounts) -> [Run] {
        guard counts.messages > 0 else { return [Run("-".padded(to: cellWidth + 3), .quiet)] }
        func share(_ count: Int) -> String {
            Figures.percent(Double(count) / Double(counts.messages)).padded(to: 6, right: true)
        }
        return [
            Run(share(counts.pass)), Run(share(counts.fail), counts.fail > 0 ? .warning : .quiet),
            Run(share(counts.none), .quiet), Run(share(counts.errors), counts.errors > 0 ? .warning : .quiet),
            Run("    "),
        ]
    }
}

extension String {
    /// ASCII only, so that characters are columns.
    fileprivate func padded(to width: Int, right: Bool = false) -> String {
        let blank = String(repeating: " ", count: max(0, width - count))
        return right ? blank + self : self + blank
    }
}
