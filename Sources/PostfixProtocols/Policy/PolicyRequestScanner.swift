/// Finds where policy requests end in bytes that arrive in pieces, without looking twice for the same end.
///
/// ```swift
/// while let request = try scanner.next(buffer.readableBytesUInt8Span) {
///     ...
///     buffer.moveReaderIndex(forwardBy: request.byteCount)
/// }
/// ```
package struct PolicyRequestScanner: Sendable {
    /// Bytes that were looked at and hold no end.
    private var scanned = 0
    /// Where the line starts that was not complete yet.
    private var lineStart = 0

    package init() {}

    /// Whether some bytes of a request that is not complete have been seen.
    package var isInsideRequest: Bool { scanned > 0 }

    /// The request that starts the given bytes, or `nil` if more must arrive: ``scan(_:)`` and then
    /// ``PolicyRequest/parse(_:)``, but in one pass if the request came in one piece, as it nearly always does.
    ///
    /// It is used like ``scan(_:)``; the bytes to drop are the request's ``PolicyRequest/byteCount``.
    ///
    /// - Throws: ``PolicyRequestError``, the same one however the bytes were cut.
    package mutating func next(_ bytes: Span<UInt8>) throws(PolicyRequestError) -> PolicyRequest? {
        if scanned == 0, bytes.count >= 2, bytes[bytes.count - 1] == .lineFeed, bytes[bytes.count - 2] == .lineFeed,
            let request = try? PolicyRequest.parse(bytes)
        {
            return request
        }
        // Also after an error, since an error that the scan finds goes before those of the parser.
        guard let length = try scan(bytes) else { return nil }
        return try PolicyRequest.parse(bytes.extracting(first: length))
    }

    /// The length of the request that starts the given bytes, its empty line included, or `nil` if more must arrive.
    ///
    /// Give it all bytes that have not been consumed, each time that some are added. When it has returned a length it
    /// expects that so many bytes are dropped before the next call. After an error the connection is lost.
    ///
    /// - Throws: ``PolicyRequestError`` of kind `lineTooLong`, `requestTooLong` or `carriageReturn` (for an empty line
    ///   of CR LF, so that such a client does not wait forever), the same one however the bytes were cut.
    package mutating func scan(_ bytes: Span<UInt8>) throws(PolicyRequestError) -> Int? {
        let raw = bytes.bytes
        let end = Swift.min(raw.byteCount, PolicyRequestLimits.requestBytes)
        var lineFeeds = LineFeeds(from: scanned, to: end)
        while let lineFeed = lineFeeds.nextOffset(in: raw) {
            if try endLine(at: lineFeed, in: raw) {
                self = .init()
                return lineFeed &+ 1
            }
        }
        scanned = end
        try checkOpenLine(in: raw)
        return nil
    }

    /// Takes a line feed; true if it ends an empty line and with it the request.
    @inline(__always) private mutating func endLine(
        at lineFeed: Int, in bytes: RawSpan
    ) throws(PolicyRequestError) -> Bool {
        let length = lineFeed &- lineStart
        if length <= 1 {
            if length == 0 { return true }
            if bytes[lineStart] == .carriageReturn {
                throw .init(kind: .carriageReturn, offset: lineStart)
            }
        } else if length > PolicyRequestLimits.lineBytes {
            throw tooLong(in: bytes)
        }
        lineStart = lineFeed &+ 1
        return false
    }

    private func checkOpenLine(in bytes: RawSpan) throws(PolicyRequestError) {
        if scanned - lineStart > PolicyRequestLimits.lineBytes { throw tooLong(in: bytes) }
        if scanned >= PolicyRequestLimits.requestBytes { throw .init(kind: .requestTooLong, offset: scanned) }
    }

    private func tooLong(in bytes: RawSpan) -> PolicyRequestError {
        .at(lineStart + PolicyRequestLimits.lineBytes, .lineTooLong, lineStart: lineStart, in: bytes)
    }
}
