import ControlProtocol

/// A piece of a line that goes when there is no room; the lowest importance goes first.
struct LinePiece {
    var runs: [Run]
    var importance: Int
    var isRight = false

    init(_ runs: [Run], importance: Int, isRight: Bool = false) {
        self.runs = runs
        self.importance = importance
        self.isRight = isRight
    }
}

extension Grid {
    /// Writes pieces with three cells between, left ones from the left and right ones to the right.
    mutating func write(pieces: [LinePiece], row: Int, gap: Int = 3) {
        var kept = pieces
        func needed() -> Int { kept.reduce(1) { $0 + width(of: $1.runs) + gap } - gap + 1 }
        while needed() > size.columns, kept.count > 1,
            let least = kept.indices.min(by: { kept[$0].importance < kept[$1].importance })
        {
            kept.remove(at: least)
        }
        var column = 1
        for piece in kept where !piece.isRight {
            column = write(piece.runs, row: row, column: column, limit: size.columns - column) + gap
        }
        var end = size.columns - 1
        for piece in kept.reversed() where piece.isRight {
            let width = width(of: piece.runs)
            write(piece.runs, row: row, column: end - width, limit: size.columns - max(0, end - width))
            end -= width + gap
        }
    }
}

func drawHeader(_ grid: inout Grid, _ context: ViewContext) {
    let state = context.state
    guard let status = state.status else {
        grid.write(pieces: [LinePiece([Run("Sekisho", .bold)], importance: 9)], row: 0)
        return
    }
    var name = [Run("Sekisho", .bold), Run("  "), Run(status.host)]
    if status.mode == "demo" {
        name += [Run("  "), Run(" DEMO ", Style.warning.reversed())]
    } else if status.mode != "serve" {
        name.append(Run("  " + status.mode))
    }
    var alerts = Run("no alerts", .quiet)
    if status.alerts > 0 { alerts = Run("\(status.alerts) alert\(status.alerts == 1 ? "" : "s")", .alarm) }
    let change = status.queuePerMinute
    let changeStyle: Style = (change ?? 0) > 0 ? .warning : .plain
    grid.write(
        pieces: [
            LinePiece(name, importance: 9),
            LinePiece(moment(context), importance: 10),
            LinePiece(
                [Run(padded(Figures.rate(status.decisionsPerSecond), 6), .bold), Run(" decisions/s")], importance: 5),
            LinePiece(
                [Run("p99 " + padded(status.p99Microseconds.map { Figures.latency(microseconds: $0) } ?? "-", 6))],
                importance: 2),
            LinePiece(
                [
                    Run("queue "), Run(padded(Figures.count(status.queueLength), 6), .bold),
                    Run(" " + padded(change.map(Figures.change) ?? "?", 5) + "/min", changeStyle),
                ], importance: 6),
            LinePiece([alerts], importance: 8),
            LinePiece([Run(status.actor), Run(" (\(state.highestRole.rawValue))")], importance: 3, isRight: true),
        ], row: 0)
}

/// `live 14:03:22 JST`, or how what is shown differs from that.
private func moment(_ context: ViewContext) -> [Run] {
    let state = context.state
    let screen = context.screen
    let zone = context.clock?.abbreviation ?? ""
    if let entry = screen.shownEntry {
        let time = context.time(entry.frame.status.now)
        let ago = Figures.span(milliseconds: state.now - entry.at)
        let word = screen.lookingBackAt != nil ? "LOOKING BACK" : "FROZEN"
        return [Run(" \(word) \(time) ", Style.warning.reversed()), Run(" \(ago) ago", .warning)]
    }
    if case .lost(let since, _, _, _) = state.link {
        let received = screen.receivedAt ?? since
        let age = Figures.span(milliseconds: state.now - received).filter { $0 != " " }
        return [Run(" STALE \(age) ", Style.alarm.reversed())]
    }
    guard let now = state.engineNow else { return [Run("connecting")] }
    return [Run("live ", .good), Run(context.clock?.time(now) ?? ""), Run(" " + zone)]
}

func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

func drawTabs(_ grid: inout Grid, _ context: ViewContext) {
    let state = context.state
    let columns = grid.size.columns
    var column = 1
    for (index, view) in State.views.enumerated() {
        let isCurrent = state.rootView == view
        // Where not all fit, the current one is named and the others are figures.
        let full = "\(index + 1) \(view.title)"
        let text = columns >= 84 || isCurrent ? full : "\(index + 1)"
        let style = isCurrent ? Style.title.reversed() : .plain
        column = grid.write(" \(text) ", row: 1, column: column, limit: columns - column, style: style)
        if columns >= 100 { column += 1 }
    }
    let trail = state.pages.map { $0.view.title.lowercased() + " " + ($0.subject ?? "") }
    if !State.views.contains(state.rootView) {
        column = grid.write(" \(state.rootView.title) ", row: 1, column: column + 1, style: Style.title.reversed())
    }
    let keys = "? help  : command"
    let steps = trail.suffix(3).map { " > " + $0 }.joined()
    // Where both do not fit, it is more use to read where one is.
    let hasKeys = columns - column > keys.count + 3 + grid.splitter.width(of: steps)
    let end = hasKeys ? columns - keys.count - 2 : columns
    grid.fit(steps, row: 1, column: column, width: max(0, end - column), style: .bold)
    if hasKeys { grid.write(keys, row: 1, column: columns - keys.count - 1, style: .quiet) }
}
