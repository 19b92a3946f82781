/// An account began to look stolen or thrown away.
package struct SignEvent: Sendable {
    package var account: Int32
    package var marks: AccountActivity.Marks
    package var response: SignRules.Response
    /// The figures behind it, in words.
    package var evidence: String
}

extension AccountActivity {
    /// Marks an account whose last hour is not like a person's.
    /// - Returns: whether it is, and all its marks if there is a new one among them.
    mutating func mark(by rules: SignRules, at time: Milliseconds) -> (isMarked: Bool, news: Marks?) {
        let found = signs(by: rules, at: time)
        guard !found.isEmpty else { return (false, nil) }
        let faded = time - markedAt > 3_600_000
        let isNew = faded || !found.isSubset(of: marks)
        marks = faded ? found : marks.union(found)
        markedAt = time
        return (true, isNew ? marks : nil)
    }

    private func signs(by rules: SignRules, at time: Milliseconds) -> Marks {
        var found: Marks = []
        if networks.uses.count >= rules.networksPerHour,
            networks.count(since: time - 3_600_000) >= rules.networksPerHour
        {
            found.insert(.manyNetworks)
        }
        if unknownRecipients.count(at: time) >= rules.unknownRecipientsPerHour { found.insert(.manyUnknownRecipients) }
        let messages = tried.count(at: time)
        if messages >= rules.leastMessagesPerHour,
            Double(messages) >= Double(max(usualHour, 1)) * rules.timesItsOwnPast
        {
            found.insert(.farAboveItsPast)
        }
        return found
    }
}

extension Gatekeeper {
    /// An account has new marks: somebody is to be told.
    mutating func tell(_ marks: AccountActivity.Marks, of account: Int32, at now: Moment) {
        let evidence = signs(of: account, at: now).joined(separator: "; ")
        signs.append(
            SignEvent(account: account, marks: marks, response: rulebook.signs.response, evidence: evidence))
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
                "\(activity.tried.count(at: now.steady)) messages in the last hour, where \(usual) are usual")
        }
        return texts
    }

    /// The signs since the last call: for the log, and where the rulebook says so for a suspension.
    package mutating func takeSigns() -> [SignEvent] {
        defer { signs = [] }
        return signs
    }
}
