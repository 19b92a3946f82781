import ControlProtocol

/// One message: where it stands in the queue, whose it is, and which verdicts let it in.
struct MessagePage {
    let context: ViewContext
    let detail: MessageDetail

    func draw(_ grid: inout Grid) {
        PageFacts(title: "Message " + detail.queueID, lines: facts).draw(&grid, context)
        let panels = PagePanels(context: context)
        panels.verdicts(detail.verdicts).draw(&grid)
        panels.actions(detail.actions).draw(&grid)
    }

    private var facts: [[Run]] {
        guard let row = detail.row else {
            return [
                PageFacts.line([("account", Run(detail.account ?? "unknown"))]),
                [Run("It is no longer in the queue: delivered, returned or deleted.", .quiet)],
            ]
        }
        let reasons = row.recipients.compactMap { recipient in
            recipient.delayReason.map { "\(recipient.address): \($0)" }
        }
        let more =
            row.recipientCount > row.recipients.count ? " and \(row.recipientCount - row.recipients.count) more" : ""
        return [
            PageFacts.line([
                ("queue", Run(row.queue, QueueCells.style(row.queue))),
                ("account", Run(detail.account ?? "unknown", .bold)),
                ("from", Run(row.sender.isEmpty ? "<>" : row.sender)),
                ("arrived", Run(context.dayAndMinute(row.arrival))),
                ("age", Run(Figures.span(milliseconds: context.now.since(row.arrival)))),
                ("size", Run(Figures.bytes(row.size))),
                ("carrier", Run(row.carrier ?? "none")), ("instance", Run(row.instance)),
            ]),
            [Run("to ", .quiet), Run(row.recipients.map(\.address).joined(separator: " ") + more)],
            [Run(reasons.joined(separator: "   "), .warning)],
        ]
    }
}
