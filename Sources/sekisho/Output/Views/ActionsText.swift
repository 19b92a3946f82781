import ControlProtocol

extension FrameText {
    func actions(_ rows: [ActionRow]) -> TextTable {
        TextTable(
            columns: [
                .right("number"), .left("time"), .left("who"), .left("what"), .left("target"), .left("detail"),
                .left("state"), .left("reason"),
            ],
            rows: rows.map { row in
                [
                    "#\(row.number)", clock.time(row.at), row.actor, row.verb, row.target, row.detail, state(row),
                    row.reason,
                ]
            })
    }

    private func state(_ row: ActionRow) -> String {
        if let number = row.undoneBy { return "undone by #\(number)" }
        guard row.state == .active, let expires = row.expires else { return row.state.rawValue }
        return "until " + clock.time(expires)
    }
}
