/// A line of `postqueue -j` that was left out.
package struct QueueListingError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// The line has more bytes than the limit.
        case tooLong(limit: Int)
        /// No JSON, or not the object that is expected; the text says where and what.
        case malformed(String)
        case wrongQueueID(QueueIDError)
        /// A number that is negative.
        case negative(field: String)
    }

    /// Counted from 1.
    package var line: Int
    package var kind: Kind

    package init(line: Int, kind: Kind) {
        self.line = line
        self.kind = kind
    }

    package var description: String {
        switch kind {
        case .tooLong(let limit): "queue listing, line \(line): more than \(limit) bytes"
        case .malformed(let reason): "queue listing, line \(line): \(reason)"
        case .wrongQueueID(let error): "queue listing, line \(line): \(error)"
        case .negative(let field): "queue listing, line \(line): \(field) is negative"
        }
    }
}
