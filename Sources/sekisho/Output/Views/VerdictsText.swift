import ControlProtocol

extension FrameText {
    func verdicts(_ rows: [VerdictRow]) -> TextTable {
        TextTable(
            columns: [
                .left("time"), .left("gate"), .left("outcome"), .left("rule"), .left("figures"), .left("from"),
                .left("sender"), .left("recipient"), .left("reply"),
            ],
            rows: rows.map { row in
                [
                    clock.time(row.at), row.gate, row.outcome.rawValue, row.rule, figures(row),
                    row.account.map { "\($0) at \(row.source)" } ?? row.source, row.sender.isEmpty ? "<>" : row.sender,
                    row.recipient, row.reply,
                ]
            })
    }

    /// `new: 10 messages per day, 10 of 10 taken, free again 21:14:07`
    private func figures(_ row: VerdictRow) -> String {
        var parts: [String] = []
        if let limit = row.limit { parts.append(row.limitOf.map { "\($0): \(limit)" } ?? limit) }
        if let count = row.count, let quantity = row.quantity {
            parts.append("\(Figures.count(count)) of \(Figures.count(quantity)) taken")
        }
        if let time = row.freeAgain { parts.append("free again " + clock.time(time)) }
        if let waited = row.waitedMilliseconds { parts.append("waited \(Figures.count(waited)) ms") }
        if let badge = row.override { parts.append(override(badge)) }
        return parts.joined(separator: ", ")
    }
}
