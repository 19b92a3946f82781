import ControlProtocol

/// The messages of all instances, one instance after the other. An element is made when it is asked for; what loops over
/// a long queue reads single fields by the functions here.
package struct QueueMessages: Sendable, RandomAccessCollection {
    package private(set) var parts: [PackedQueue] = []

    package init() {}

    /// Packs messages, in the order in which their instances first come.
    package init(_ messages: some Sequence<QueuedMessage>) {
        var places: [String: Int] = [:]
        for message in messages {
            let place = places[message.instance] ?? parts.count
            if place == parts.count {
                places[message.instance] = place
                parts.append(PackedQueue(instance: message.instance))
            }
            parts[place].append(message)
        }
        for place in parts.indices { parts[place].finish() }
    }

    package mutating func replace(_ part: PackedQueue) {
        if let place = parts.firstIndex(where: { $0.instance == part.instance }) {
            parts[place] = part
        } else {
            parts.append(part)
        }
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { parts.reduce(0) { $0 + $1.count } }

    package subscript(index: Int) -> QueuedMessage { at(index) { $0.message(at: $1) } }

    package func arrival(at index: Int) -> EpochMilliseconds { at(index) { $0.arrival(at: $1) } }
    package func size(at index: Int) -> Int { at(index) { $0.size(at: $1) } }
    package func queue(at index: Int) -> QueueName { at(index) { $0.queue(at: $1) } }
    package func sender(at index: Int) -> String { at(index) { $0.sender(at: $1) } }
    package func instance(at index: Int) -> String { at(index) { part, _ in part.instance } }
    package func firstDomain(at index: Int) -> String { at(index) { $0.firstDomain(at: $1) } }
    func packedID(at index: Int) -> PackedQueueID? { at(index) { $0.packedID(at: $1) } }

    package func forEachDomain(at index: Int, _ body: (_ domain: String, _ count: Int) -> Void) {
        at(index) { $0.forEachDomain(at: $1, body) }
    }

    /// There are few instances.
    private func at<Value>(_ index: Int, _ body: (PackedQueue, Int) -> Value) -> Value {
        var rest = index
        for part in parts {
            if rest < part.count { return body(part, rest) }
            rest -= part.count
        }
        preconditionFailure("message \(index) of \(count)")
    }
}
