import ControlProtocol

extension FrameText {
    func queue(_ rows: [QueueRow]) -> TextTable {
        TextTable(
            columns: [
                .left("message"), .left("queue"), .right("age"), .right("size"), .left("account"), .left("sender"),
                .left("recipient"), .left("carrier"), .left("reason"),
            ],
            rows: rows.map { row in
                let first = row.recipients.first
                let others = row.recipientCount > 1 ? " +\(Figures.count(row.recipientCount - 1))" : ""
                return [
                    row.id, row.queue, clock.age(row.arrival), Figures.bytes(row.size), row.account ?? "-",
                    row.sender.isEmpty ? "<>" : row.sender, (first?.address ?? "-") + others, row.carrier ?? "-",
                    first?.delayReason ?? "",
                ]
            })
    }

    func message(_ detail: MessageDetail) -> String {
        var facts: [[String]] = [["message", detail.queueID], ["account", detail.account ?? "-"]]
        if let row = detail.row {
            facts += [
                ["instance", row.instance], ["queue", row.queue], ["arrived", clock.time(row.arrival)],
                ["size", Figures.bytes(row.size)], ["sender", row.sender.isEmpty ? "<>" : row.sender],
            ]
            facts += row.recipients.map { ["recipient", [$0.address, $0.delayReason ?? ""].joined(separator: "  ")] }
            let more = row.recipientCount - row.recipients.count
            if more > 0 { facts.append(["", "and \(Figures.count(more)) more"]) }
        } else {
            facts.append(["queue", "no longer in it"])
        }
        return factTable(facts) + "\n" + section("Verdicts", verdicts(detail.verdicts)) + "\n"
            + section("Actions", actions(detail.actions))
    }
}
