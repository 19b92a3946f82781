import ControlProtocol

extension State {
    mutating func takeFrame(_ generation: Int, _ frame: ViewFrame) {
        guard generation == subscription?.generation else { return }
        link = .live
        status = frame.status
        statusAt = now
        screen.receive(frame, at: now)
        screen.answeredFilter = subscription?.query.filter ?? ""
    }

    mutating func takeEnd(_ generation: Int, _ error: ControlError) {
        guard generation == subscription?.generation else { return }
        // The engine is there and refuses the question: the same question gets the same answer.
        if [ControlError.invalidParameters("").code, ControlError.forbidden("").code].contains(error.code) {
            link = .refused(why: error.message)
            return
        }
        switch link {
        case .lost(let since, _, let attempts, let retryAt):
            let again = max(retryAt, now + LinkHealth.backOff(attempts))
            link = .lost(since: since, why: error.message, attempts: attempts, retryAt: again)
        default:
            link = .lost(since: now, why: error.message, attempts: 0, retryAt: now + LinkHealth.backOff(0))
        }
    }
}

extension Screen {
    mutating func receive(_ frame: ViewFrame, at now: Milliseconds) {
        var next = frame
        if heldUntil != nil, let shown = self.frame { next.content = frame.content.holdingOrder(of: shown.content) }
        history.record(next, at: now)
        self.frame = next
        receivedAt = now
        if isLive { followSelection() }
    }

    /// After rows moved: the selection stays with its row, and where that went beyond the page, the page follows.
    private mutating func followSelection() {
        guard let content = shown?.content else { return }
        if !content.panels.contains(focus), let first = content.panels.first { focus = first }
        for panel in content.panels {
            var cursor = cursor(of: panel)
            let rows = content.rows(of: panel)
            let offset = content.paging?.offset ?? 0
            if let pending = cursor.pending, let paging = content.paging {
                guard take(pending, &cursor, rows, paging) else { continue }
            } else if let selected = cursor.selected {
                if let index = rows.firstIndex(where: { $0.id == selected }) {
                    cursor.index = offset + index
                } else if let located = content.paging?.located, heldUntil == nil {
                    cursor.index = located
                }
            }
            cursors[panel] = cursor
        }
    }

    /// Selects the row that was moved to before it was known; false while it has still not come.
    private func take(_ pending: Int, _ cursor: inout Cursor, _ rows: [RowReference], _ paging: Paging) -> Bool {
        let wanted = min(pending, max(0, paging.matched - 1))
        let index = wanted - paging.offset
        guard rows.indices.contains(index) else {
            if rows.isEmpty, paging.matched == 0 {
                cursor.pending = nil
                cursor.selected = nil
                return true
            }
            return false
        }
        cursor.selected = rows[index].id
        cursor.index = wanted
        cursor.pending = nil
        return true
    }
}
