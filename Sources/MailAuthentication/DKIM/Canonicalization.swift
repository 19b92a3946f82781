import Crypto

/// How header or body are written before they are hashed (RFC 6376 section 3.4).
package enum Canonicalization: String, Hashable, Sendable {
    case simple
    case relaxed
}

/// The header fields that a signature covers, canonical, one after the other, as they are hashed.
///
/// It owns plain memory rather than an array because every byte of every signed field goes through here.
struct CanonicalHeader: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0
    private let canonicalization: Canonicalization

    /// - Parameter capacity: Bytes to start with; it grows.
    init(_ canonicalization: Canonicalization, capacity: Int = 4096) {
        self.canonicalization = canonicalization
        self.capacity = max(capacity, 64)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    /// The field with the CRLF that ends it.
    /// - Parameters:
    ///   - field: `Name: value` without the CRLF at its end; folds may be CRLF, or LF as milter delivers them.
    ///   - nameCount: Bytes before the colon.
    mutating func append(_ field: UnsafeBufferPointer<UInt8>, nameCount: Int) {
        appendOpen(field, nameCount: nameCount)
        appendLineEnd()
    }

    /// The signature's own field: without what `b=` says, and without a line end (RFC 6376 section 3.7).
    /// - Parameter omitted: The bytes of `field` that are left out.
    mutating func appendSignature(
        _ field: UnsafeBufferPointer<UInt8>, nameCount: Int, omitting omitted: Range<Int>
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: field.count) { copy in
            _ = copy.update(fromContentsOf: field[..<omitted.lowerBound])
            _ = copy[omitted.lowerBound...].update(fromContentsOf: field[omitted.upperBound...])
            let length = field.count - omitted.count
            appendOpen(UnsafeBufferPointer(rebasing: copy[..<length]), nameCount: nameCount)
        }
    }

    borrowing func digest() -> SHA256Digest {
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(start: start, count: count))
        return hash.finalize()
    }

    borrowing func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        body(UnsafeBufferPointer(start: start, count: count))
    }

    private mutating func appendOpen(_ field: UnsafeBufferPointer<UInt8>, nameCount: Int) {
        // Every LF may become CRLF, and a line end follows.
        reserve(2 * field.count + 2)
        switch canonicalization {
        case .simple: appendSimple(field)
        case .relaxed: appendRelaxed(field, nameCount: nameCount)
        }
    }

    private mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = max(2 * capacity, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }

    /// `reserve` has made room.
    @inline(__always) private mutating func put(_ byte: UInt8) {
        start[count] = byte
        count &+= 1
    }

    private mutating func appendLineEnd() {
        put(0x0D)
        put(0x0A)
    }

    /// As it is (RFC 6376 section 3.4.1), but a fold that lost its CR on the way through milter gets it back.
    private mutating func appendSimple(_ field: UnsafeBufferPointer<UInt8>) {
        var previous: UInt8 = 0
        for byte in field {
            if byte == 0x0A && previous != 0x0D { put(0x0D) }
            put(byte)
            previous = byte
        }
    }

    /// Name in lower case, unfolded, one space for each run of white space, none at the ends (RFC 6376 section 3.4.2).
    private mutating func appendRelaxed(_ field: UnsafeBufferPointer<UInt8>, nameCount: Int) {
        var nameEnd = nameCount
        while nameEnd > 0, field[nameEnd - 1].isBlank { nameEnd -= 1 }
        for place in 0..<nameEnd { put(field[place].lowercased) }
        put(UInt8(ascii: ":"))

        let valueStart = count
        var isSpacePending = false
        var place = nameCount + 1
        let end = field.count
        while place < end {
            let byte = field[place]
            place &+= 1
            if byte <= 0x20 {
                if byte == 0x20 || byte == 0x09 {
                    isSpacePending = true
                    continue
                }
                if byte == 0x0A || (byte == 0x0D && place < end && field[place] == 0x0A) { continue }
            }
            if isSpacePending {
                if count > valueStart { put(0x20) }
                isSpacePending = false
            }
            put(byte)
        }
    }
}
