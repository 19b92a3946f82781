/// Sorts messages by a column of the queue view. Equal ones stand in the order of their IDs, so that rows do not jump
/// from one picture to the next.
enum QueueOrder {
    static func sort(
        _ places: [Int], of index: QueueIndex, by column: QueueColumn, descending: Bool
    ) -> [Int] {
        switch column {
        // The older, the greater the age.
        case .age: sort(places, of: index, descending: descending) { -index.messages.arrival(at: $0) }
        case .size: sort(places, of: index, descending: descending) { index.messages.size(at: $0) }
        case .account: sort(places, of: index, descending: descending) { index.accounts[$0] ?? "" }
        case .sender: sort(places, of: index, descending: descending) { index.messages.sender(at: $0) }
        case .recipient:
            sort(places, of: index, descending: descending) { index.messages[$0].recipients.addresses }
        case .carrier: sort(places, of: index, descending: descending) { index.carrier($0) ?? "" }
        case .state: sort(places, of: index, descending: descending) { index.messages.queue(at: $0).name }
        case .reason: sort(places, of: index, descending: descending) { index.messages[$0].recipients.reason ?? "" }
        case .instance, .id: sort(places, of: index, descending: descending) { index.messages.instance(at: $0) }
        }
    }

    private static func sort<Key: Comparable>(
        _ places: [Int], of index: QueueIndex, descending: Bool, key: (Int) -> Key
    ) -> [Int] {
        let keyed = places.map { (key: key($0), place: $0) }
        let sorted = keyed.sorted { one, other in
            if one.key != other.key { return descending ? one.key > other.key : one.key < other.key }
            let (left, right) = (index.messages.packedID(at: one.place), index.messages.packedID(at: other.place))
            if let left, let right, left != right { return left < right }
            return one.place < other.place
        }
        return sorted.map(\.place)
    }
}
