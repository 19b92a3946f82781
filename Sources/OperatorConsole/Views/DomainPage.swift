import ControlProtocol

/// One domain: what each method found of the mail under its name, and who sent that.
struct DomainPage {
    let context: ViewContext
    let detail: DomainDetail

    /// The title, the domain's own line, a table with a line a method under two of headings, and a blank line.
    static let factRows = 5 + DomainRow.methodNames.count

    func draw(_ grid: inout Grid) {
        let area = context.layout.body
        Panel.title(&grid, area, detail.row.domain, note: Ages.note(context).map { [$0] } ?? [])
        for (offset, line) in lines.prefix(Self.factRows - 1).enumerated() where offset + 1 < area.rows {
            grid.write(line, row: area.row + 1 + offset, column: 2, limit: area.columns - 3)
        }
        PagePanels(context: context).names(
            .sources, "Sources that used its name in the last day", "source", detail.sources,
            others: detail.otherSources
        ).draw(&grid)
    }

    private var lines: [[Run]] {
        let row = detail.row
        let new = row.newFailingText(Figures.count)
        let first = PageFacts.line([
            ("messages", Run("\(Figures.count(row.messagesLastHour))/h")),
            ("", Run(row.own ? "one of our own" : "", .good)),
            (new.isEmpty ? "" : "new failing", Run(new, .alarm)),
        ])
        return [first] + Self.heading + DomainRow.methodNames.map(methodLine)
    }

    private static let nameWidth = 10
    private static let shareWidth = 5
    /// Four shares, and what keeps them from the next span's: three spans fit into 80 columns.
    private static let spanWidth = 4 * shareWidth + 3

    /// Above the shares what they are of, and which they are.
    private static let heading: [[Run]] = [
        [Run("%".padded(to: nameWidth), .quiet)]
            + ["minute", "hour", "day"].map {
                Run("last \($0)".padded(to: 4 * shareWidth, right: true) + "   ", .quiet)
            },
        [Run("".padded(to: nameWidth))]
            + (0..<3).map { _ in
                Run(
                    ["pass", "fail", "none", "err"].map { $0.padded(to: shareWidth, right: true) }.joined()
                        .padded(to: spanWidth), .quiet)
            },
    ]

    private func methodLine(_ name: String) -> [Run] {
        let title = Run((Self.titles[name] ?? name).padded(to: Self.nameWidth))
        guard let figures = detail.row.methods[name] else { return [title, Run("nothing was verified", .quiet)] }
        return [title] + [figures.minute, figures.hour, figures.day].flatMap(Self.shares)
    }

    private static let titles = [
        "spf": "SPF", "senderid": "Sender ID", "dkim": "DKIM", "dmarc": "DMARC", "arc": "ARC",
    ]

    private static func shares(_ counts: FindingCounts) -> [Run] {
        guard counts.messages > 0 else { return [Run("-".padded(to: 4 * shareWidth, right: true) + "   ", .quiet)] }
        func share(_ count: Int) -> String {
            Figures.percent(Double(count) / Double(counts.messages)).padded(to: shareWidth, right: true)
        }
        return [
            Run(share(counts.pass)), Run(share(counts.fail), counts.fail > 0 ? .warning : .quiet),
            Run(share(counts.none), .quiet), Run(share(counts.errors), counts.errors > 0 ? .warning : .quiet),
            Run("   "),
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
