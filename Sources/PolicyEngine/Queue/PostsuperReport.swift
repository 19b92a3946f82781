import ControlProtocol
import PostfixProtocols

/// Reads what `postsuper` says on standard error: one line for each message that it worked on.
struct PostsuperReport: Sendable, Equatable {
    /// Queue IDs that it was done to.
    private(set) var done: Set<String> = []
    /// Warnings and errors, the first few.
    private(set) var complaints: [String] = []
    private static let maximumComplaints = 5

    /// The words after the queue ID: `4jZ2Cn6sd0z2NG95: placed on hold`.
    private static let endings: [QueueOperation: String] = [
        .hold: "placed on hold", .release: "released from hold", .requeue: "requeued", .delete: "removed",
    ]
    private let ending: String

    init(_ operation: QueueOperation) {
        ending = Self.endings[operation] ?? ""
    }

    mutating func add(line: UnsafeRawBufferPointer) {
        let line = String(decoding: line, as: UTF8.self)
        let text = line.hasPrefix("postsuper: ") ? line.dropFirst("postsuper: ".count) : line[...]
        let parts = text.split(separator: ": ", maxSplits: 1)
        if parts.count == 2, parts[1] == ending, let id = try? QueueID(parts[0]) {
            done.insert(id.text)
        } else if !Self.isSummary(text), complaints.count < Self.maximumComplaints {
            complaints.append(String(text.prefix(300)))
        }
    }

    /// `Placed on hold: 2 messages`.
    private static func isSummary(_ text: Substring) -> Bool {
        text.hasSuffix(" message") || text.hasSuffix(" messages")
    }
}
