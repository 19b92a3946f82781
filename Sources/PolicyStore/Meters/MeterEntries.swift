/// Entries of one meter, oldest first, decoded as they are read. Valid only during the call that it is handed to.
package struct MeterEntries: Sequence {
    let bytes: UnsafeRawBufferPointer

    package func makeIterator() -> Iterator { Iterator(decoder: MeterDecoder(bytes)) }

    /// Walks through once, so that whoever reads them later need not ask.
    var isIntact: Bool {
        var decoder = MeterDecoder(bytes)
        while !decoder.isAtEnd {
            guard decoder.entry(after: 0) != nil else { return false }
        }
        return true
    }

    package struct Iterator: IteratorProtocol {
        var decoder: MeterDecoder
        var previous: Int64 = 0

        package mutating func next() -> MeterEntry? {
            guard !decoder.isAtEnd, let entry = decoder.entry(after: previous) else { return nil }
            previous = entry.at
            return entry
        }
    }
}
