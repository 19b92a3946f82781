/// Cuts a stream of bytes into lines in bounded memory.
///
/// A line may have ``Bounds/general`` bytes. One that says `"method":"importAccounts"` in its first
/// ``prefixLength`` bytes may have ``Bounds/accountImport``, since an import is all or nothing and so comes whole.
/// Of a line that is longer nothing is kept: it is reported at once, and its rest is dropped up to the next line feed.
package struct LineFraming: Sendable {
    package struct Bounds: Sendable, Equatable {
        package var general: Int
        package var accountImport: Int

        package init(general: Int, accountImport: Int) {
            self.general = general
            self.accountImport = accountImport
        }

        /// What an engine reads.
        package static let requests = Bounds(general: 1 << 20, accountImport: 64 << 20)
        /// What a client reads: a frame has at most ``ViewQuery/maximumRows`` rows.
        package static let responses = Bounds(general: 64 << 20, accountImport: 64 << 20)
    }

    package enum Event: Sendable, Equatable {
        /// Without its line feed, and without a carriage return before it; never empty.
        case line([UInt8])
        /// A line of more than `limit` bytes has begun and is being dropped.
        case overlong(limit: Int)
        /// A line as long as only an import may be has begun, and whoever reads has no room for one now.
        case importRefused
    }

    package static let prefixLength = 512

    private let bounds: Bounds
    private var partial: [UInt8] = []
    private var isDropping = false

    package init(bounds: Bounds) { self.bounds = bounds }

    /// A line has begun and is not finished.
    package var isInsideLine: Bool { isDropping || !partial.isEmpty }
    /// More is held of it than a general request may have.
    package var holdsImport: Bool { partial.count > bounds.general }

    package mutating func append<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes) -> [Event] {
        var events: [Event] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            take(rest[..<(end ?? rest.endIndex)], into: &events)
            guard let end else { break }
            finishLine(into: &events)
            rest = rest[rest.index(after: end)...]
        }
        return events
    }

    /// The stream has ended: what came after its last line feed is a line too.
    package mutating func finish() -> [Event] {
        var events: [Event] = []
        finishLine(into: &events)
        return events
    }

    /// Drops the line that has begun; its end is awaited as for one that is too long.
    package mutating func dropLine() {
        guard isInsideLine else { return }
        partial = []
        isDropping = true
    }

    private mutating func take(_ slice: some RandomAccessCollection<UInt8>, into events: inout [Event]) {
        guard !isDropping, !slice.isEmpty else { return }
        let length = partial.count + slice.count
        if length > bounds.general {
            let limit = isImport(with: slice) ? bounds.accountImport : bounds.general
            guard length <= limit else {
                dropOverlong(limit, into: &events)
                return
            }
        }
        partial.append(contentsOf: slice)
    }

    private mutating func dropOverlong(_ limit: Int, into events: inout [Event]) {
        partial = []
        isDropping = true
        events.append(.overlong(limit: limit))
    }

    private mutating func finishLine(into events: inout [Event]) {
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        if !isDropping, !partial.isEmpty { events.append(.line(partial)) }
        partial = []
        isDropping = false
    }

    private static let importMark = Array("\"method\":\"importAccounts\"".utf8)

    private func isImport(with slice: some RandomAccessCollection<UInt8>) -> Bool {
        var prefix = Array(partial.prefix(Self.prefixLength))
        prefix.append(contentsOf: slice.prefix(Self.prefixLength - prefix.count))
        let compact = prefix.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return compact.indices.contains { compact[$0...].starts(with: Self.importMark) }
    }
}
