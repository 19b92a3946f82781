import ControlProtocol

extension FrameText {
    private static let methods = ["spf", "senderid", "dkim", "dmarc", "arc"]

    func domains(_ rows: [DomainRow]) -> TextTable {
        TextTable(
            columns: [.left("domain"), .left("own"), .right("messages/h")] + Self.methods.map { .right($0) },
            rows: rows.map { row in
                [row.domain, row.own ? "own" : "", Figures.count(row.messagesLastHour)]
                    + Self.methods.map { method in row.passRates?[method].map(Figures.percent) ?? "-" }
            })
    }
}
