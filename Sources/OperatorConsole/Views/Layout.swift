import ControlProtocol

/// Where everything stands on a screen of some size. `update` asks it how many rows are visible, `render` where they go.
struct Layout: Equatable {
    /// Below this nothing useful can be shown.
    static let minimum = Size(rows: 6, columns: 32)
    /// From this width on, panels stand side by side.
    static let wideColumns = 110

    let size: Size
    /// Lines between the tabs and the body that say aloud what is wrong.
    let bandRows: Int
    let body: Area
    var panels: [PlacedPanel] = []

    struct PlacedPanel: Equatable {
        var panel: PanelID
        /// The title's line included.
        var area: Area
    }

    static func isTooSmall(_ size: Size) -> Bool { size.rows < minimum.rows || size.columns < minimum.columns }

    /// Rows of a table where nothing else takes a line: what the engine is asked for must not change with each notice.
    static func mostTableRows(_ size: Size) -> Int { max(1, size.rows - 5) }

    init(_ state: State) {
        size = state.size
        let room = max(0, size.rows - 3)
        bandRows = min(Bands(state).lines.count, max(0, room - 3))
        body = Area(row: 2 + bandRows, column: 0, rows: max(0, room - bandRows), columns: size.columns)
        guard let content = state.screen.shown?.content else { return }
        panels = Self.arrange(content, body, focus: state.screen.focus)
    }

    func area(of panel: PanelID) -> Area? { panels.first { $0.panel == panel }?.area }

    /// Rows of the list that are visible in a panel.
    func visibleRows(_ panel: PanelID) -> Int {
        let area = area(of: panel) ?? (panel == .table ? body : nil)
        guard let area else { return 0 }
        return max(0, area.rows - 1 - Self.columnTitleRows(panel))
    }

    /// Lines that a panel's column titles take.
    static func columnTitleRows(_ panel: PanelID) -> Int {
        switch panel {
        case .attention, .mail: 0
        default: 1
        }
    }

    private static func arrange(_ content: ViewContent, _ body: Area, focus: PanelID) -> [PlacedPanel] {
        let wide = body.columns >= wideColumns
        switch content {
        case .overview(let overview): return arrangeOverview(overview, body, wide: wide, focus: focus)
        case .account(let detail):
            let head = max(body.rows > 30 ? 4 : 2, min(5, detail.limits.count)) + 2
            return stack(
                bands: wide
                    ? [
                        Band([.limits, .sources], head), Band([.verdicts], 4, grows: true),
                        Band([.queue, .actions], 6),
                    ]
                    : [
                        Band([.limits], head), Band([.verdicts], 5, grows: true), Band([.queue], 5),
                        Band([.actions], 4),
                        Band([.sources], 5),
                    ],
                below(body, PageFacts.rows), focus: focus)
        case .source(let detail):
            let head = max(body.rows > 30 ? 4 : 2, min(5, detail.limits.count)) + 2
            return stack(
                bands: wide
                    ? [
                        Band([.limits, .accounts], head), Band([.verdicts], 5, grows: true),
                        Band([.domains, .actions], 5),
                    ]
                    : [
                        Band([.limits], head), Band([.verdicts], 5, grows: true), Band([.accounts], 5),
                        Band([.domains], 5), Band([.actions], 4),
                    ],
                below(body, PageFacts.rows), focus: focus)
        case .domain:
            return stack(
                bands: [Band([.sources], 5, grows: true)], below(body, DomainPage.factRows), focus: focus)
        case .carrier:
            return stack(
                bands: [
                    Band([.mail], body.rows > 40 ? 7 : 3), Band([.verdicts], 5, grows: true),
                    wide ? Band([.queue, .actions], 7) : Band([.queue], 5),
                ] + (wide ? [] : [Band([.actions], 4)]),
                below(body, PageFacts.rows), focus: focus)
        case .message:
            return stack(
                bands: [Band([.verdicts], 5, grows: true), Band([.actions], 5)], below(body, PageFacts.rows),
                focus: focus)
        case .unknownSubject: return []
        default: return [PlacedPanel(panel: .table, area: body)]
        }
    }

    private static func arrangeOverview(
        _ overview: Overview, _ body: Area, wide: Bool, focus: PanelID
    ) -> [PlacedPanel] {
        if wide, body.rows >= 15 {
            // A title and four charts of the same height.
            let top = 1 + 4 * max(1, min(3, (body.rows / 3 - 1) / 4))
            let rest = body.rows - top
            return stack(
                bands: [
                    Band([.mail, .attention], top, left: 42),
                    Band([.queueAges, .nearestLimits], (rest + 1) / 2, grows: false),
                    Band([.topSources, .domains], rest / 2, grows: true),
                ], body, focus: focus)
        }
        return stack(
            bands: [
                Band([.attention], 5), Band([.mail], 5), Band([.queueAges], 6), Band([.nearestLimits], 5),
                Band([.topSources], 5), Band([.domains], 5, grows: true),
            ], body, focus: focus)
    }

    private static func below(_ area: Area, _ rows: Int) -> Area {
        let taken = min(rows, area.rows)
        return Area(row: area.row + taken, column: area.column, rows: area.rows - taken, columns: area.columns)
    }

    private struct Band {
        var panels: [PanelID]
        var rows: Int
        var grows: Bool
        /// Of a hundred columns, those of the left of two panels.
        var left: Int

        init(_ panels: [PanelID], _ rows: Int, grows: Bool = false, left: Int = 52) {
            self.panels = panels
            self.rows = rows
            self.grows = grows
            self.left = left
        }
    }

    /// Stacks bands from the top as far as there is room; where there is not enough, those before the focused one go.
    private static func stack(bands: [Band], _ area: Area, focus: PanelID) -> [PlacedPanel] {
        let focused = bands.firstIndex { $0.panels.contains(focus) } ?? 0
        var first = 0
        while first < focused, bands[first...focused].reduce(0, { $0 + $1.rows }) > area.rows { first += 1 }
        var chosen: [Band] = []
        var used = 0
        for (index, band) in bands.enumerated() where index >= first {
            // A panel of a title and one row says nothing that is worth its line.
            if used + band.rows > area.rows, !(chosen.isEmpty || area.rows - used >= 4) { break }
            var fitting = band
            fitting.rows = min(band.rows, area.rows - used)
            guard fitting.rows > 0 else { break }
            chosen.append(fitting)
            used += fitting.rows
        }
        if let growing = chosen.firstIndex(where: \.grows) ?? chosen.indices.last {
            chosen[growing].rows += area.rows - used
        }
        return place(chosen, area)
    }

    private static func place(_ bands: [Band], _ area: Area) -> [PlacedPanel] {
        var placed: [PlacedPanel] = []
        var row = area.row
        for band in bands {
            // Between two panels that stand side by side is a line.
            let left = band.panels.count == 2 ? (area.columns - 1) * band.left / 100 : area.columns
            for (index, panel) in band.panels.enumerated() {
                let column = index == 0 ? area.column : area.column + left + 1
                let columns = index == 0 ? left : area.columns - left - 1
                placed.append(
                    PlacedPanel(panel: panel, area: Area(row: row, column: column, rows: band.rows, columns: columns)))
            }
            row += band.rows
        }
        return placed
    }
}
