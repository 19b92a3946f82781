import ControlProtocol

extension FrameText {
    func sources(_ rows: [SourceRow]) -> TextTable {
        TextTable(
            columns: [
                .left("source"), .right("score"), .right("messages/h"), .right("refused/h"), .right("unknown/h"),
                .right("accounts"), .left("last seen"), .left("state"), .left("why"),
            ],
            rows: rows.map { row in
                [
                    row.source, Figures.count(row.score), Figures.count(row.messagesLastHour),
                    Figures.count(row.refusedLastHour), Figures.count(row.unknownRecipientsLastHour),
                    Figures.count(row.accountsLastHour), clock.time(row.lastSeen),
                    ([row.state.rawValue] + row.overrides.map(override)).joined(separator: "; "),
                    row.parts.first.map { "\(Figures.count($0.count)) \($0.name)" } ?? "",
                ]
            })
    }

    func source(_ detail: SourceDetail) -> String {
        let row = detail.row
        let facts: [[String]] = [
            ["source", row.source], ["state", row.state.rawValue], ["overrides", overrides(row.overrides)],
            ["last seen", row.lastSeen == 0 ? "never" : clock.time(row.lastSeen)], ["score", Figures.count(row.score)],
        ]
        let parts = TextTable(
            columns: [.left("part"), .right("count"), .right("points")],
            rows: row.parts.map { [$0.name, Figures.count($0.count), Figures.count($0.points)] })
        return factTable(facts) + "\n" + section("Score", parts) + "\n" + section("Limits", limits(detail.limits))
            + "\n"
            + section("Accounts, last hour", uses(detail.accounts, "account")) + "\n"
            + section("Domains whose names it used, last day", names(detail.domains, "domain")) + "\n"
            + section("Verdicts", verdicts(detail.verdicts)) + "\n" + section("Actions", actions(detail.actions))
    }
}
