import Foundation

/// Reads the output of `postqueue -j`, one JSON object a line, in pieces of any size.
///
/// ```swift
/// var listing = QueueListing()
/// for try await chunk in output {
///     listing.read(chunk.span) { result in ... }
/// }
/// listing.finish { result in ... }
/// ```
/// It holds one line at most. A line that cannot be read costs an error and nothing else.
package struct QueueListing {
    /// Bytes of a line. 4 MB are some ten thousand recipients with a reason each; Postfix takes a thousand.
    package static let lineBytes = 4 << 20

    private let lineLimit: Int
    private let decoder = JSONDecoder()
    /// The part of a line that has come so far.
    private var line = Data()
    private var lineNumber = 1
    /// Set while the rest of a line that is too long goes by.
    private var isSkipping = false

    package init(lineBytes: Int = Self.lineBytes) {
        lineLimit = lineBytes
    }

    /// Takes some bytes, and hands on the entries and errors of the lines that end in them.
    package mutating func read(_ bytes: Span<UInt8>, _ take: (Result<QueueEntry, QueueListingError>) -> Void) {
        let raw = bytes.bytes
        var start = 0
        while start < raw.byteCount {
            let lineFeed = raw.offset(of: .lineFeed, from: start, to: raw.byteCount)
            append(raw, start..<lineFeed, take)
            if lineFeed < raw.byteCount { endLine(take) }
            start = lineFeed + 1
        }
    }

    /// Takes what came after the last line feed as a line, if there is anything.
    package mutating func finish(_ take: (Result<QueueEntry, QueueListingError>) -> Void) {
        endLine(take)
    }

    private mutating func append(
        _ bytes: RawSpan, _ range: Range<Int>, _ take: (Result<QueueEntry, QueueListingError>) -> Void
    ) {
        if isSkipping { return }
        if line.count + range.count > lineLimit {
            take(.failure(.init(line: lineNumber, kind: .tooLong(limit: lineLimit))))
            isSkipping = true
            line.removeAll(keepingCapacity: false)
            return
        }
        bytes.extracting(range).withUnsafeBytes { line.append(contentsOf: $0) }
    }

    private mutating func endLine(_ take: (Result<QueueEntry, QueueListingError>) -> Void) {
        // An empty line is no error: postqueue prints none, but an editor may have added one to a saved listing.
        if !line.isEmpty { take(decodeLine()) }
        line.removeAll(keepingCapacity: true)
        isSkipping = false
        lineNumber += 1
    }

    private func decodeLine() -> Result<QueueEntry, QueueListingError> {
        do {
            return .success(try decoder.decode(QueueEntry.self, from: line))
        } catch let error as QueueIDError {
            return .failure(.init(line: lineNumber, kind: .wrongQueueID(error)))
        } catch let error as NegativeNumber {
            return .failure(.init(line: lineNumber, kind: .negative(field: error.field)))
        } catch let error as DecodingError {
            return .failure(.init(line: lineNumber, kind: .malformed(error.reason)))
        } catch {
            return .failure(.init(line: lineNumber, kind: .malformed("not a queue entry")))
        }
    }
}

extension DecodingError {
    /// One line: where in the object, and what is wrong.
    fileprivate var reason: String {
        switch self {
        case .keyNotFound(let key, let context): "\(place(context))field \(key.stringValue) is missing"
        case .typeMismatch(let type, let context): "\(place(context))expected \(name(of: type))"
        case .valueNotFound(let type, let context): "\(place(context))expected \(name(of: type)), not null"
        // Foundation does not tell the two apart, nor where it is.
        case .dataCorrupted: "not JSON, or a number that is not whole"
        @unknown default: "not a queue entry"
        }
    }

    private func place(_ context: Context) -> String {
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined()
        return path.isEmpty ? "" : "\(path): "
    }

    private func name(of type: Any.Type) -> String {
        switch type {
        case is Int.Type: "a number"
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is [Any].Type: "a list"
        default: "an object"
        }
    }
}
