import ControlProtocol

extension ViewContent {
    /// These rows in the order in which `shown` had them, so that nothing moves while the operator does. Rows that are
    /// new come after; rows that went away stay as they were last seen, since the cursor may stand on them.
    func holdingOrder(of shown: ViewContent) -> ViewContent {
        switch (self, shown) {
        case (.queue(let new), .queue(let old)): .queue(new.holdingOrder(of: old))
        case (.senders(let new), .senders(let old)): .senders(new.holdingOrder(of: old))
        case (.sources(let new), .sources(let old)): .sources(new.holdingOrder(of: old))
        case (.domains(let new), .domains(let old)): .domains(new.holdingOrder(of: old))
        case (.carriers(let new), .carriers(let old)): .carriers(new.holdingOrder(of: old))
        case (.actions(let new), .actions(let old)): .actions(new.holdingOrder(of: old))
        case (.why(let new), .why(let old)): .why(new.holdingOrder(of: old))
        case (.plans(let new), .plans(let old)): .plans(new.holdingOrder(of: old))
        case (.overview(let new), .overview(let old)): .overview(new.holdingOrder(of: old))
        case (.account(let new), .account(let old)): .account(new.holdingOrder(of: old))
        case (.source(let new), .source(let old)): .source(new.holdingOrder(of: old))
        case (.domain(let new), .domain(let old)): .domain(new.holdingOrder(of: old))
        case (.carrier(let new), .carrier(let old)): .carrier(new.holdingOrder(of: old))
        default: self
        }
    }
}

extension Page {
    fileprivate func holdingOrder(of shown: Page) -> Page {
        guard shown.offset == offset else { return self }
        var held = self
        held.rows = holding(rows, inOrderOf: shown.rows)
        return held
    }
}

extension Overview {
    fileprivate func holdingOrder(of shown: Overview) -> Overview {
        var held = self
        held.attention = holding(attention, inOrderOf: shown.attention)
        held.queue = holding(queue, inOrderOf: shown.queue)
        held.nearestLimits = holding(nearestLimits, inOrderOf: shown.nearestLimits)
        held.topSources = holding(topSources, inOrderOf: shown.topSources)
        held.domains = holding(domains, inOrderOf: shown.domains)
        return held
    }
}

extension AccountDetail {
    fileprivate func holdingOrder(of shown: AccountDetail) -> AccountDetail {
        var held = self
        held.verdicts = holding(verdicts, inOrderOf: shown.verdicts)
        held.queue = holding(queue, inOrderOf: shown.queue)
        held.actions = holding(actions, inOrderOf: shown.actions)
        return held
    }
}

extension SourceDetail {
    fileprivate func holdingOrder(of shown: SourceDetail) -> SourceDetail {
        var held = self
        held.verdicts = holding(verdicts, inOrderOf: shown.verdicts)
        held.actions = holding(actions, inOrderOf: shown.actions)
        return held
    }
}

extension DomainDetail {
    fileprivate func holdingOrder(of shown: DomainDetail) -> DomainDetail {
        var held = self
        held.sources = holding(sources, inOrderOf: shown.sources)
        return held
    }
}

extension CarrierDetail {
    fileprivate func holdingOrder(of shown: CarrierDetail) -> CarrierDetail {
        var held = self
        held.verdicts = holding(verdicts, inOrderOf: shown.verdicts)
        held.queue = holding(queue, inOrderOf: shown.queue)
        return held
    }
}

private func holding<Row: Identifiable>(_ new: [Row], inOrderOf shown: [Row]) -> [Row] where Row.ID == String {
    var fresh: [String: Row] = [:]
    for row in new { fresh[row.id] = row }
    var result = shown.map { fresh.removeValue(forKey: $0.id) ?? $0 }
    for row in new where fresh.removeValue(forKey: row.id) != nil { result.append(row) }
    // However long the operator moves, the list grows no longer than one of the two was.
    return Array(result.prefix(max(new.count, shown.count)))
}
