import ControlProtocol

extension VerdictRow {
    /// Everything that is known of one verdict.
    func inspected(_ clock: SiteClock, _ now: EpochMilliseconds) -> Overlay {
        var fields: [InspectedField] = []
        func add(_ label: String, _ text: String?) {
            if let text, !text.isEmpty { fields.append(InspectedField(label: label, text: text)) }
        }
        add("At", clock.date(at) + " " + clock.time(at) + " " + clock.abbreviation)
        add("Outcome", outcome.rawValue)
        add("Reply", reply)
        add("Rule", rule)
        add("Limit", limit.map { $0 + (limitOf.map { ", of " + $0 } ?? "") })
        if let count { add("Taken", "\(Figures.count(count)) of \(quantity.map(Figures.count) ?? "no limit")") }
        add("Free again", freeAgain.map { clock.date($0) + " " + clock.time($0) })
        if let override { add("Override", override.described(clock, now)) }
        add("Waited", waitedMilliseconds.map { "\(Figures.count($0)) ms for a place" })
        add("Gate", "\(gate) at \(protocolState)")
        add("Account", account)
        add("Source", source)
        add("From", sender.isEmpty ? "<>" : sender)
        add("To", recipient)
        add("Queue ID", queueID)
        add("Instance", transaction)
        return .inspect(title: "Why: verdict \(number)", fields: fields, scroll: 0)
    }
}

extension ActionRow {
    func inspected(_ clock: SiteClock, _ now: EpochMilliseconds) -> Overlay {
        var fields = [
            InspectedField(label: "At", text: clock.date(at) + " " + clock.time(at) + " " + clock.abbreviation),
            InspectedField(label: "Who", text: actor),
            InspectedField(label: "Did", text: "\(verb) \(target)"),
            InspectedField(label: "Detail", text: detail),
            InspectedField(label: "Reason", text: reason),
            InspectedField(label: "State", text: state.rawValue + (undoneBy.map { " by #\($0)" } ?? "")),
        ]
        if let expires { fields.append(InspectedField(label: "Expires", text: clock.dayAndMinute(expires, now: now))) }
        if canBeUndone { fields.append(InspectedField(label: "Undo", text: "u, or sekisho undo \(number)")) }
        return .inspect(title: "Action #\(number)", fields: fields.filter { !$0.text.isEmpty }, scroll: 0)
    }
}

extension OverrideBadge {
    /// `refused by sato: "ticket 4411", until 14:03 (22 h left)`
    func described(_ clock: SiteClock, _ now: EpochMilliseconds) -> String {
        let end = expires.map { ", until \(clock.dayAndMinute($0, now: now)) (\(left(now)))" } ?? ", until undone"
        return "\(kind.rawValue): \(what), by \(actor): \"\(reason)\"\(end)"
    }

    /// In a row: `22 h left, sato: "ticket 4411"`
    func short(_ now: EpochMilliseconds) -> String {
        let end = expires == nil ? "" : left(now) + ", "
        return "\(end)\(actor): \"\(reason)\""
    }

    private func left(_ now: EpochMilliseconds) -> String {
        guard let expires else { return "" }
        return expires > now ? Figures.span(milliseconds: expires.since(now)) + " left" : "running out"
    }
}
