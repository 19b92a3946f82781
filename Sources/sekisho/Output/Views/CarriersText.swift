import ControlProtocol

extension FrameText {
    func carriers(_ rows: [CarrierRow]) -> TextTable {
        TextTable(
            columns: [
                .left("carrier"), .right("rate"), .right("actual"), .right("waiting"), .right("passed/h"),
                .right("deferred/h"), .right("queued"), .left("overrides"),
            ],
            rows: rows.map { row in
                [
                    row.carrier, Figures.rate(row.ratePerSecond), Figures.rate(row.actualPerSecond),
                    Figures.count(row.waiting), Figures.count(row.passedLastHour), Figures.count(row.deferredLastHour),
                    Figures.count(row.queued), overrides(row.overrides),
                ]
            })
    }

    func carrier(_ detail: CarrierDetail) -> String {
        let row = detail.row
        let facts: [[String]] = [
            ["carrier", row.carrier], ["domains", row.domains.joined(separator: ", ")],
            ["networks", row.networks.joined(separator: ", ")],
            ["rate", "\(Figures.rate(row.ratePerSecond)) (configured \(Figures.rate(row.configuredPerSecond)))"],
            ["actual", Figures.rate(row.actualPerSecond)], ["waiting", Figures.count(row.waiting)],
            [
                "last hour",
                "\(Figures.count(row.passedLastHour)) passed, \(Figures.count(row.deferredLastHour)) deferred",
            ],
            ["queued", "\(Figures.count(row.queued)), \(Figures.count(row.queueDeferred)) of them deferred"],
            ["overrides", overrides(row.overrides)],
        ]
        return factTable(facts) + "\n" + section("Queue", queue(detail.queue)) + "\n"
            + section("Verdicts", verdicts(detail.verdicts)) + "\n" + section("Actions", actions(detail.actions))
    }
}
