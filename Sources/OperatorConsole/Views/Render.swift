import ControlProtocol

/// The screen for a state. Nothing else is read: the same state and size always give the same grid.
func render(_ state: State, _ size: Size) -> Grid {
    var state = state
    state.size = size
    var grid = Grid(size: size, drawing: state.drawing)
    guard !Layout.isTooSmall(size) else {
        drawTooSmall(&grid, isAsking: state.overlay == .quit)
        return grid
    }
    let layout = Layout(state)
    let context = ViewContext(state: state, layout: layout)
    drawHeader(&grid, context)
    drawTabs(&grid, context)
    for (index, line) in Bands(state).lines.prefix(layout.bandRows).enumerated() {
        grid.write(line, row: 2 + index, column: 0, limit: size.columns)
    }
    drawBody(&grid, context)
    drawStatusLine(&grid, context)
    drawOverlay(&grid, context)
    return grid
}

/// What the views draw from.
struct ViewContext {
    let state: State
    let layout: Layout
    var screen: Screen { state.screen }

    /// The engine's time of the frame that is shown; for a live one, its time now.
    var now: EpochMilliseconds {
        guard let shown = screen.shown else { return state.engineNow ?? 0 }
        return screen.isLive ? state.engineNow ?? shown.status.now : shown.status.now
    }

    var clock: SiteClock? { (screen.shown?.status ?? state.status).map(SiteClock.init) }

    func minute(_ at: EpochMilliseconds) -> String { clock?.minute(at) ?? "" }
    func time(_ at: EpochMilliseconds) -> String { clock?.time(at) ?? "" }
    func dayAndMinute(_ at: EpochMilliseconds) -> String { clock?.dayAndMinute(at, now: now) ?? "" }
}

private func drawTooSmall(_ grid: inout Grid, isAsking: Bool) {
    let lines =
        isAsking
        ? ["quit?", "y: yes"]
        : [
            "too small", "\(grid.size.columns)x\(grid.size.rows)",
            "need \(Layout.minimum.columns)x\(Layout.minimum.rows)",
        ]
    for (row, line) in lines.prefix(grid.size.rows).enumerated() {
        grid.write(line, row: row, column: 0, limit: grid.size.columns)
    }
}

/// Where nothing has come yet: why, in full, with what to do about it.
private func drawWaiting(_ grid: inout Grid, _ context: ViewContext) {
    let body = context.layout.body
    let texts: [Run] =
        switch context.state.link {
        case .connecting, .live: [Run("Waiting for the engine…", .quiet)]
        case .lost(_, let why, _, _): [Run("No engine answers yet.", .bold), Run(why)]
        case .refused(let why): [Run("The engine refuses what was asked; Esc goes back.", .bold), Run(why)]
        }
    let width = min(70, body.columns - 2)
    let lines = texts.flatMap { run in
        wrapped(run.text, width: width, splitter: grid.splitter).map { Run($0, run.style) }
    }
    let first = body.row + max(0, (body.rows - lines.count) / 2)
    for (offset, line) in lines.prefix(body.rows).enumerated() {
        grid.fit(line.text, row: first + offset, column: 0, width: body.columns, align: .center, style: line.style)
    }
}

private func drawBody(_ grid: inout Grid, _ context: ViewContext) {
    let body = context.layout.body
    guard let content = context.screen.shown?.content else {
        drawWaiting(&grid, context)
        return
    }
    switch content {
    case .overview(let overview): OverviewView(context: context, overview: overview).draw(&grid)
    case .queue(let page): QueueView(context: context, page: page).draw(&grid)
    case .senders(let page): SendersView(context: context, page: page).draw(&grid)
    case .sources(let page): SourcesView(context: context, page: page).draw(&grid)
    case .domains(let page): DomainsView(context: context, page: page).draw(&grid)
    case .carriers(let page): CarriersView(context: context, page: page).draw(&grid)
    case .actions(let page): ActionsView(context: context, page: page).draw(&grid)
    case .why(let page): WhyView(context: context, page: page).draw(&grid)
    case .plans(let page): PlansView(context: context, page: page).draw(&grid)
    case .account(let detail): AccountPage(context: context, detail: detail).draw(&grid)
    case .source(let detail): SourcePage(context: context, detail: detail).draw(&grid)
    case .domain(let detail): DomainPage(context: context, detail: detail).draw(&grid)
    case .carrier(let detail): CarrierPage(context: context, detail: detail).draw(&grid)
    case .message(let detail): MessagePage(context: context, detail: detail).draw(&grid)
    case .unknownSubject(let why):
        let lines = wrapped(why, width: max(1, body.columns - 4), splitter: grid.splitter)
        for (offset, line) in lines.prefix(body.rows - 1).enumerated() {
            grid.write(line, row: body.row + 1 + offset, column: 2, limit: body.columns - 2, style: .warning)
        }
    }
}
