/// An account began to look stolen or thrown away.
package struct SignEvent: Sendable {
    package var account: Int32
    package var marks: AccountActivity.Marks
    package var response: SignRules.Response
    /// The figures behind it, in words.
    package var evidence: String
}

extension Gatekeeper {
    /// Marks an account whose last hour is not like a person's.
    mutating func lookForSigns(of account: Int32, at now: Moment) {
        let rules = rulebook.signs
        let steady = now.steady
        guard let activity = accounts.activity(of: account) else { return }
        var marks: AccountActivity.Marks = []
        if activity.networks.uses.count >= rules.networksPerHour,
            activity.networks.count(since: steady - 3_600_000) >= rules.networksPerHour
        {
            marks.insert(.manyNetworks)
        }
        if activity.unknownRecipients.count(at: steady) >= rules.unknownRecipientsPerHour {
            marks.insert(.manyUnknownRecipients)
        }
        let asked = activity.asked.count(at: steady)
        if asked >= rules.leastMessagesPerHour,
            Double(asked) >= Double(max(activity.usualHour, 1)) * rules.timesItsOwnPast
        {
            marks.insert(.farAboveItsPast)
        }
        guard !marks.isEmpty else { return }
        let fresh = marks.subtracting(activity.marks)
        let faded = steady - activity.markedAt > 3_600_000
        accounts.withActivity(of: account) {
            $0.marks = faded ? marks : $0.marks.union(marks)
            $0.markedAt = steady
        }
        guard !fresh.isEmpty || faded else { return }
        accounts[account].lastOffence = now.wall
        let evidence = signs(of: account, at: now).joined(separator: "; ")
        signs.append(SignEvent(account: account, marks: marks, response: rules.response, evidence: evidence))
    }

    /// The signs that an account shows now, each with its figures.
    package func signs(of account: Int32, at now: Moment) -> [String] {
        guard let activity = accounts.activity(of: account), now.steady - activity.markedAt <= 3_600_000 else {
            return []
        }
        var texts: [String] = []
        if activity.marks.contains(.manyNetworks) {
            let count = activity.networks.count(since: now.steady - 3_600_000)
            let atLeast = count >= AccountActivity.networksKept ? "at least " : ""
            texts.append("\(atLeast)\(count) networks in the last hour")
        }
        if activity.marks.contains(.manyUnknownRecipients) {
            texts.append("\(activity.unknownRecipients.count(at: now.steady)) unknown recipients in the last hour")
        }
        if activity.marks.contains(.farAboveItsPast) {
            let usual = Int(activity.usualHour.rounded())
            texts.append(
                "\(activity.asked.count(at: now.steady)) recipients in the last hour, \(usual) messages is its usual")
        }
        return texts
    }

    /// The signs since the last call: for the log, and where the rulebook says so for a suspension.
    package mutating func takeSigns() -> [SignEvent] {
        defer { signs = [] }
        return signs
    }
}
