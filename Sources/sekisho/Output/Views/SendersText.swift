import ControlProtocol

extension FrameText {
    func senders(_ rows: [SenderRow]) -> TextTable {
        TextTable(
            columns: [
                .left("account"), .left("plan"), .right("age"), .right("rate/min"), .left("nearest limit"),
                .right("used"), .right("%"), .right("networks"), .right("refused/h"), .right("queued"), .left("state"),
            ],
            rows: rows.map { row in
                [
                    row.account, row.plan, row.signedUp.map { clock.age($0) } ?? "-",
                    Figures.count(row.messagesPerMinute), row.limit ?? "-",
                    row.limit == nil ? "-" : "\(Figures.count(row.used))/\(Figures.count(row.quantity))",
                    row.limit == nil ? "-" : Figures.decimal(row.fraction * 100, places: 0),
                    Figures.count(row.networks),
                    Figures.count(row.refusedLastHour), Figures.count(row.queued), state(row),
                ]
            })
    }

    private func state(_ row: SenderRow) -> String {
        ([row.state.rawValue] + row.overrides.map(override) + row.marks).joined(separator: "; ")
    }

    func account(_ detail: AccountDetail) -> String {
        let row = detail.row
        let facts: [[String]] = [
            ["account", row.account], ["name", row.name ?? "-"],
            ["plan", row.plan + (row.inDirectory ? "" : " (not in the directory)")],
            [row.inDirectory ? "signed up" : "first seen", clock.time(row.signedUp, else: "-")],
            ["state", row.state.rawValue], ["marks", row.marks.joined(separator: "; ")],
            ["overrides", overrides(row.overrides)], ["addresses", detail.addresses.joined(separator: ", ")],
            [
                "sends",
                "\(Figures.count(row.messagesPerMinute)) a minute; "
                    + "\(Figures.count(row.networks)) network\(row.networks == 1 ? "" : "s") in the last hour",
            ],
            ["refused", "\(Figures.count(row.refusedLastHour)) in the last hour"],
            ["queued", Figures.count(row.queued)],
        ]
        return factTable(facts) + "\n" + section("Limits", limits(detail.limits)) + "\n"
            + section("Sources, last hour", uses(detail.sources, "source")) + "\n"
            + section("Queue", queue(detail.queue)) + "\n" + section("Verdicts", verdicts(detail.verdicts)) + "\n"
            + section("Actions", actions(detail.actions))
    }

    func limits(_ rows: [LimitUse]) -> TextTable {
        TextTable(
            columns: [.left("limit"), .left("of"), .right("used"), .right("quantity"), .left("free again")],
            rows: rows.map {
                [
                    $0.limit, $0.limitOf, Figures.count($0.used), Figures.count($0.quantity),
                    clock.time($0.freeAgain, else: "-"),
                ]
            })
    }

    func uses(_ rows: [SourceUse], _ title: String) -> TextTable {
        TextTable(
            columns: [.left(title), .right("messages"), .right("refused"), .left("last seen")],
            rows: rows.map {
                [$0.name, Figures.count($0.messages), Figures.count($0.refused), clock.time($0.lastSeen)]
            })
    }

    /// Facts with nothing to say are left out.
    func factTable(_ facts: [[String]]) -> String {
        TextTable(columns: [.left(""), .left("")], rows: facts.filter { $0.last != "" }).text
    }
}
