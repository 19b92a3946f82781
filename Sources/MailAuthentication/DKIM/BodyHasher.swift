import Crypto

/// Hashes a body while it streams, in memory that does not grow with it (RFC 6376 sections 3.4.3, 3.4.4 and 3.7).
///
/// Ask for all hashes before the first byte; each distinct one is computed once however many signatures want it. The body
/// has CRLF line ends; a bare CR or LF is a byte like any other. How the body is cut into chunks makes no difference.
package struct BodyHasher: Sendable {
    /// One hash over a body. SHA-256 is the only algorithm that verifies (RFC 8301 section 3.1).
    package struct Request: Hashable, Sendable {
        package var canonicalization: Canonicalization
        /// How many bytes of the canonical body are hashed (`l=`); `nil` for all.
        package var length: Int?

        package init(_ canonicalization: Canonicalization, length: Int? = nil) {
            self.canonicalization = canonicalization
            self.length = length
        }
    }

    fileprivate struct Running {
        var request: Request
        var hash = SHA256()
        var remaining: Int
    }

    /// The hashes of one canonicalization, and what is held back of the body until it is known whether it counts.
    fileprivate struct Form {
        var hashes: [Running] = []
        /// Bytes of the canonical body so far.
        var length = 0
        /// Line ends that are dropped if nothing follows.
        var pendingLineEnds = 0
        /// White space that is dropped if the line ends; relaxed alone.
        var isSpacePending = false
        /// A CR at the end of a chunk, of which it is not known yet whether an LF follows.
        var isReturnPending = false
    }

    private var simple = Form()
    private var relaxed = Form()
    /// Whether a byte has come.
    private var hasBegun = false

    package init() {}

    /// Asks for a hash. What is asked for after the first byte is not computed.
    package mutating func request(_ request: Request) {
        guard !hasBegun else { return }
        switch request.canonicalization {
        case .simple: simple.add(request)
        case .relaxed: relaxed.add(request)
        }
    }

    /// Whether anybody asked; if not, the body need not be fed.
    package var isNeeded: Bool { !simple.hashes.isEmpty || !relaxed.hashes.isEmpty }

    package mutating func update(_ chunk: UnsafeRawBufferPointer) {
        guard !chunk.isEmpty else { return }
        hasBegun = true
        let bytes = chunk.bindMemory(to: UInt8.self)
        if !simple.hashes.isEmpty { simple.updateSimple(bytes) }
        if !relaxed.hashes.isEmpty { relaxed.updateRelaxed(bytes) }
    }

    package mutating func update(_ chunk: RawSpan) {
        chunk.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ chunk: [UInt8]) {
        chunk.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ chunk: ArraySlice<UInt8>) {
        chunk.withUnsafeBytes { update($0) }
    }

    /// Ends the body.
    package consuming func finish() -> BodyHashes {
        simple.finish(.simple)
        relaxed.finish(.relaxed)
        return BodyHashes(simple.results + relaxed.results)
    }
}

/// The hashes of a body that has ended.
package struct BodyHashes: Sendable {
    package struct Entry: Sendable {
        package var request: BodyHasher.Request
        package var digest: SHA256Digest
        /// Bytes of the whole canonical body, hashed or not.
        package var bodyLength: Int
    }

    package let entries: [Entry]

    init(_ entries: [Entry]) { self.entries = entries }

    package subscript(request: BodyHasher.Request) -> Entry? {
        for entry in entries where entry.request == request { return entry }
        return nil
    }
}

extension BodyHasher.Form {
    mutating func add(_ request: BodyHasher.Request) {
        guard !hashes.contains(where: { $0.request == request }) else { return }
        hashes.append(.init(request: request, remaining: request.length ?? .max))
    }

    var results: [BodyHashes.Entry] {
        hashes.map { .init(request: $0.request, digest: $0.hash.finalize(), bodyLength: length) }
    }

    /// Simple leaves everything as it is but the empty lines at the end, so that whole chunks go into the hash.
    mutating func updateSimple(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        if isReturnPending {
            isReturnPending = false
            if bytes[0] == 0x0A {
                pendingLineEnds += 1
                start = 1
            } else {
                emitPendingLineEnds()
                emit(Self.lineEnds[..<1])
            }
        }
        var end = bytes.count
        guard start < end else { return }
        if bytes[end - 1] == 0x0D {
            isReturnPending = true
            end -= 1
        }
        var lineEnds = 0
        while end - 2 >= start, bytes[end - 2] == 0x0D, bytes[end - 1] == 0x0A {
            end -= 2
            lineEnds += 1
        }
        if end > start {
            emitPendingLineEnds()
            emit(UnsafeBufferPointer(rebasing: bytes[start..<end]))
        }
        pendingLineEnds += lineEnds
    }

    /// Chunks of any size go through in pieces of this many bytes.
    private static var pieceSize: Int { 8192 }

    mutating func updateRelaxed(_ bytes: UnsafeBufferPointer<UInt8>) {
        // What is held back adds at most a space and a CR to a piece.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: min(bytes.count, Self.pieceSize) + 2) { output in
            var start = 0
            while start < bytes.count {
                let end = min(start + Self.pieceSize, bytes.count)
                relax(UnsafeBufferPointer(rebasing: bytes[start..<end]), output)
                start = end
            }
        }
    }

    private mutating func relax(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) {
        var used = 0
        var place = 0
        while place < input.count {
            var byte = input[place]
            if isReturnPending {
                isReturnPending = false
                if byte == 0x0A {
                    isSpacePending = false
                    pendingLineEnds += 1
                    place &+= 1
                    continue
                }
                flushPending(output, &used)
                output[used] = 0x0D
                used &+= 1
            }
            if byte == 0x20 || byte == 0x09 {
                isSpacePending = true
                place &+= 1
                continue
            }
            if byte == 0x0D {
                isReturnPending = true
                place &+= 1
                continue
            }
            if pendingLineEnds > 0 || isSpacePending { flushPending(output, &used) }
            // The run up to the next byte that may be white space or a line end.
            repeat {
                output[used] = byte
                used &+= 1
                place &+= 1
                guard place < input.count else { break }
                byte = input[place]
            } while byte > 0x20
        }
        emit(UnsafeBufferPointer(rebasing: output[..<used]))
    }

    /// Line ends from this piece took as many bytes of it; those from before come first of all, when nothing of the piece
    /// is written yet, and go into the hashes directly. So the piece's output always fits.
    private mutating func flushPending(_ output: UnsafeMutableBufferPointer<UInt8>, _ used: inout Int) {
        if used == 0 {
            emitPendingLineEnds()
        } else {
            while pendingLineEnds > 0 {
                output[used] = 0x0D
                output[used + 1] = 0x0A
                used &+= 2
                pendingLineEnds -= 1
            }
        }
        if isSpacePending {
            output[used] = 0x20
            used &+= 1
            isSpacePending = false
        }
    }

    mutating func finish(_ canonicalization: Canonicalization) {
        guard !hashes.isEmpty else { return }
        if isReturnPending {
            isReturnPending = false
            emitPendingLineEnds()
            if isSpacePending { emit(Self.space[...]) }
            emit(Self.lineEnds[..<1])
        }
        // Simple makes an empty body one CRLF, relaxed leaves it empty.
        if canonicalization == .simple || length > 0 { emit(Self.lineEnds[..<2]) }
    }

    private static let lineEnds: [UInt8] = Array(repeatElement([0x0D, 0x0A], count: 64).joined())
    private static let space: [UInt8] = [0x20]

    private mutating func emitPendingLineEnds() {
        while pendingLineEnds > 0 {
            let count = min(pendingLineEnds, Self.lineEnds.count / 2)
            emit(Self.lineEnds[..<(2 * count)])
            pendingLineEnds -= count
        }
    }

    private mutating func emit(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { emit($0) }
    }

    private mutating func emit(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !bytes.isEmpty else { return }
        length += bytes.count
        for index in hashes.indices where hashes[index].remaining > 0 {
            let count = min(bytes.count, hashes[index].remaining)
            hashes[index].hash.update(
                bufferPointer: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count]))
            hashes[index].remaining -= count
        }
    }
}
