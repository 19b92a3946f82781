import ControlProtocol

extension FrameText {
    func domains(_ rows: [DomainRow]) -> TextTable {
        TextTable(
            columns: [.left("domain"), .left("own"), .right("messages/h")] + DomainRow.methodNames.map { .right($0) }
                + [.left("new failing sources")],
            rows: rows.map { row in
                [row.domain, row.own ? "own" : "", Figures.count(row.messagesLastHour)]
                    + DomainRow.methodNames.map { passed(row.methods[$0]?.hour) }
                    + [row.newFailingText(Figures.count)]
            })
    }

    /// Of the messages of an hour.
    private func passed(_ counts: FindingCounts?) -> String {
        guard let counts, let share = counts.passRate else { return "-" }
        return counts.none == counts.messages ? "none" : Figures.percent(share)
    }

    func domain(_ detail: DomainDetail) -> String {
        let row = detail.row
        let facts: [[String]] = [
            ["domain", row.domain], ["own", row.own ? "yes" : "no"],
            ["messages, last hour", Figures.count(row.messagesLastHour)],
            ["new failing sources", row.newFailingText(Figures.count)],
        ]
        let spans: [(String, KeyPath<MethodFigures, FindingCounts>)] = [
            ("minute", \.minute), ("hour", \.hour), ("day", \.day),
        ]
        let methods = TextTable(
            columns: [.left("method"), .left("last")]
                + ["pass", "fail", "none", "temperror", "permerror", "% passed"].map { .right($0) },
            rows: DomainRow.methodNames.flatMap { method in
                spans.compactMap { span, path in
                    row.methods[method].map { figures in
                        let counts = figures[keyPath: path]
                        return [method, span]
                            + [counts.pass, counts.fail, counts.none, counts.temperror, counts.permerror]
                            .map(Figures.count) + [counts.passRate.map(Figures.percent) ?? "-"]
                    }
                }
            })
        return factTable(facts) + "\n" + section("Methods", methods) + "\n"
            + section(
                "Sources that used its name in the last day",
                names(detail.sources + [detail.otherSources].compactMap { $0 }, "source"))
    }

    func names(_ uses: [NameUse], _ title: String) -> TextTable {
        TextTable(
            columns: [
                .left(title), .right("passed"), .right("failed"), .right("neither"), .left("first seen"),
                .left("last seen"), .left(""),
            ],
            rows: uses.map { use in
                [
                    use.name, Figures.count(use.passed), Figures.count(use.failed), Figures.count(use.unknown),
                    clock.time(use.firstSeen), clock.time(use.lastSeen), use.isNewFailing ? "new failing" : "",
                ]
            })
    }
}
