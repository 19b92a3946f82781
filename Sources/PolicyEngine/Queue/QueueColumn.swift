import ControlProtocol

/// The columns of the queue view, in the order of ``ViewQuery/columns(of:)``.
enum QueueColumn: Int, CaseIterable, Sendable {
    case age, account, sender, recipient, carrier, size, state, reason, instance
    /// Not shown as a column, but searched.
    case id

    static let filterColumns = allCases.map { FilterColumn(String(describing: $0), $0.kind) }

    private var kind: FilterColumn.Kind {
        switch self {
        case .age: .age
        case .size: .bytes
        default: .text
        }
    }
}

/// One message of an index as a filter sees it.
struct FilterableMessage: FilterableRow {
    private let index: QueueIndex
    private let place: Int
    private let now: EpochMilliseconds
    private let message: QueuedMessage

    init(index: QueueIndex, place: Int, now: EpochMilliseconds) {
        self.index = index
        self.place = place
        self.now = now
        message = index.messages[place]
    }

    func anyText(ofColumn column: Int, matches: (String) -> Bool) -> Bool {
        switch QueueColumn(rawValue: column) {
        case .account: return index.accounts[place].map(matches) ?? matches("")
        case .sender: return matches(message.sender)
        case .recipient:
            // A contained text is looked for in all addresses at once; a whole one needs them apart.
            guard message.recipients.count > 1 else { return matches(message.recipients.addresses) }
            return message.recipients.addresses.split(separator: "\n").contains { matches(String($0)) }
        case .carrier:
            let carriers = index.carriers(place)
            return carriers.isEmpty ? matches("") : carriers.contains(where: matches)
        case .state: return matches(message.queue.name)
        case .reason: return message.recipients.containsReason(where: matches)
        case .instance: return matches(message.instance)
        case .id: return matches(message.queueID) || matches(message.id)
        case .age, .size, nil: return false
        }
    }

    func number(ofColumn column: Int) -> Double? {
        switch QueueColumn(rawValue: column) {
        case .age: Double(now - message.arrival) / 1_000
        case .size: Double(message.size)
        default: nil
        }
    }
}
