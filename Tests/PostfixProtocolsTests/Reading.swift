import PostfixProtocols

/// Reads bytes that arrive in pieces as the engine does.
enum Reading {
    struct Outcome: Equatable {
        /// Bytes of each request that was complete.
        var lengths: [Int] = []
        var error: PolicyRequestError?
        /// Bytes that wait for more.
        var rest = 0
    }

    /// Finds the requests with `scan`, without reading them.
    static func scanning(_ bytes: [UInt8], pieces: some Sequence<Int>) throws -> Outcome {
        read(bytes, pieces) { (scanner, buffer) throws(PolicyRequestError) in try scanner.scan(buffer) }
    }

    /// Finds the requests with `scan` and reads each with `parse`.
    static func scanningAndParsing(_ bytes: [UInt8], pieces: some Sequence<Int>) -> Outcome {
        read(bytes, pieces) { (scanner, buffer) throws(PolicyRequestError) in
            guard let length = try scanner.scan(buffer) else { return nil }
            return try PolicyRequest.parse(buffer.extracting(first: length)).byteCount
        }
    }

    /// Finds and reads the requests with `next`.
    static func next(_ bytes: [UInt8], pieces: some Sequence<Int>) -> Outcome {
        read(bytes, pieces) { (scanner, buffer) throws(PolicyRequestError) in try scanner.next(buffer)?.byteCount }
    }

    private static func read(
        _ bytes: [UInt8], _ pieces: some Sequence<Int>,
        _ step: (inout PolicyRequestScanner, Span<UInt8>) throws(PolicyRequestError) -> Int?
    ) -> Outcome {
        var outcome = Outcome()
        var scanner = PolicyRequestScanner()
        var start = 0
        var end = 0
        for piece in pieces {
            end = min(end + piece, bytes.count)
            do throws(PolicyRequestError) {
                while let length = try step(&scanner, bytes.span.extracting(start..<end)) {
                    outcome.lengths.append(length)
                    start += length
                }
            } catch {
                outcome.error = error
                return outcome
            }
        }
        outcome.rest = end - start
        return outcome
    }
}
