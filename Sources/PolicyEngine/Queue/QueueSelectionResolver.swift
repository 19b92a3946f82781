import ControlProtocol

extension QueueIndex {
    /// The most messages that a selection names by ID.
    package static let maximumNamed = 100_000

    /// Which messages a selection means, as places in the picture.
    ///
    /// - Throws: ``ControlError``: an ID that is unknown, or that several instances have; a bad filter; an account that
    ///   has nothing queued.
    package func resolve(_ selection: QueueSelection, now: EpochMilliseconds) throws -> [Int] {
        switch selection {
        case .messages(let ids): return try resolve(ids)
        case .filter(let text):
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw ControlError.invalidParameters(
                    "an empty filter means the whole queue; say so with a term that all match, such as \"size>=0\"")
            }
            return try QueueView.matching(text, in: self, now: now)
        case .account(let name):
            let places = messages.indices.filter { accounts[$0] == name }
            if places.isEmpty { throw ControlError.notFound("nothing is queued for the account \(name)") }
            return places
        }
    }

    private func resolve(_ ids: [String]) throws -> [Int] {
        guard !ids.isEmpty else { throw ControlError.invalidParameters("no queue ID was given") }
        guard ids.count <= Self.maximumNamed else {
            throw ControlError.invalidParameters(
                "\(ids.count) queue IDs are more than \(Self.maximumNamed); use a filter or an account")
        }
        var seen: Set<Int> = []
        var bare: [String: [Int]]?
        return try ids.compactMap { id in
            let place: Int
            if id.contains("/") {
                guard let found = find(id) else { throw unknown(id) }
                place = found
            } else {
                let known = bare ?? Dictionary(grouping: messages.indices) { messages[$0].queueID }
                bare = known
                place = try only(known[id] ?? [], of: id)
            }
            return seen.insert(place).inserted ? place : nil
        }
    }

    private func only(_ found: [Int], of id: String) throws -> Int {
        guard let first = found.first else { throw unknown(id) }
        guard found.count == 1 else {
            let names = found.map { messages[$0].id }.joined(separator: " or ")
            throw ControlError.invalidParameters("several instances have a message \(id): say \(names)")
        }
        return first
    }

    private func unknown(_ id: String) -> ControlError {
        .notFound("no message \(id.prefix(80)) is in the queue as it was last read")
    }

    /// What an operation on these messages will hit.
    package func facts(of places: [Int], now: EpochMilliseconds) -> QueueActionFacts {
        var facts = QueueActionFacts()
        var accounts: [String: Int] = [:]
        for place in places {
            let message = messages[place]
            facts.messages += 1
            facts.recipients += message.recipients.count
            facts.bytes += message.size
            facts.oldest = min(facts.oldest ?? message.arrival, message.arrival)
            facts.byQueue[message.queue, default: 0] += 1
            if let account = self.accounts[place] {
                accounts[account, default: 0] += 1
            } else {
                facts.withoutAccount += 1
            }
        }
        facts.accounts = accounts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
            .map { QueueActionFacts.AccountShare(account: $0.key, messages: $0.value) }
        return facts
    }
}
