import ControlProtocol

extension Screen {
    /// Rows that are asked for before and after the visible ones, so that a step needs no question.
    private static let pagesAround = 1

    /// Keeps the selected row visible and the visible rows within the list.
    /// - Parameter tableRows: The most rows that a table can show on this terminal.
    mutating func settle(visibleRows: (PanelID) -> Int, tableRows: Int) {
        guard let content = shown?.content else { return }
        for panel in content.panels {
            let visible = visibleRows(panel)
            guard visible > 0 else { continue }
            var cursor = cursor(of: panel)
            let length = panel == .table ? content.paging?.matched ?? 0 : content.rows(of: panel).count
            if let wanted = cursor.pending ?? (cursor.selected == nil ? nil : cursor.index) {
                if wanted < cursor.top { cursor.top = wanted }
                if wanted >= cursor.top + visible { cursor.top = wanted - visible + 1 }
            }
            cursor.top = max(0, min(cursor.top, length - visible))
            cursors[panel] = cursor
        }
        if content.paging != nil { turnPage(visibleRows(.table), tableRows) }
    }

    /// Moves the page that is asked for when the visible rows leave it.
    private mutating func turnPage(_ visible: Int, _ tableRows: Int) {
        guard isLive, visible > 0 else { return }
        let top = cursor(of: .table).top
        let limit = pageLimit(tableRows)
        if top < pageOffset || top + visible > pageOffset + limit {
            pageOffset = max(0, top - visible * Self.pagesAround)
            heldIDs = nil
        }
    }

    private func pageLimit(_ visible: Int) -> Int {
        min(ViewQuery.maximumRows, visible * (1 + 2 * Self.pagesAround))
    }

    /// What the engine is to be asked for this screen.
    func query(tableRows: Int) -> ViewQuery {
        guard view.isTable else {
            return ViewQuery(view, subject: subject, limit: 50)
        }
        let cursor = cursor(of: .table)
        return ViewQuery(
            view, subject: subject, filter: filter, sort: sort, descending: descending, offset: pageOffset,
            limit: pageLimit(tableRows), held: heldIDs, locate: heldIDs == nil ? cursor.selected : nil)
    }

    /// Moves the selection; the order stands still for a while from now.
    mutating func move(_ movement: Movement, visible: Int, now: Milliseconds) {
        // Among rows that are of another filter nobody can move: it is the first of the new ones that is meant.
        if awaitsFilter {
            cursor.pending = 0
            return
        }
        guard let content = shown?.content, content.panels.contains(focus) else { return }
        let rows = content.rows(of: focus)
        let offset = content.paging?.offset ?? 0
        let length = content.paging?.matched ?? rows.count
        guard length > 0 else { return }
        hold(rows.map(\.id), now)
        var cursor = cursor
        let target = Self.target(movement, cursor, visible: max(1, visible), length: length)
        let index = target - offset
        cursor.index = target
        if rows.indices.contains(index) {
            cursor.selected = rows[index].id
            cursor.pending = nil
        } else {
            cursor.pending = target
        }
        self.cursor = cursor
    }

    private static func target(_ movement: Movement, _ cursor: Cursor, visible: Int, length: Int) -> Int {
        let isAnywhere = cursor.selected != nil || cursor.pending != nil
        let at = cursor.pending ?? cursor.index
        let wanted =
            switch movement {
            case .first: 0
            case .last: length - 1
            case .down: isAnywhere ? at + 1 : cursor.top
            case .up: isAnywhere ? at - 1 : cursor.top
            case .pageDown: isAnywhere ? at + visible : cursor.top + visible
            case .pageUp: isAnywhere ? at - visible : cursor.top
            }
        return max(0, min(wanted, length - 1))
    }

    private mutating func hold(_ rows: [String], _ now: Milliseconds) {
        guard isLive else { return }
        heldUntil = now + Self.holdMilliseconds
        if focus == .table, heldIDs == nil { heldIDs = rows }
    }
}
