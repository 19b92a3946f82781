/// The header fields of one message in the order in which they stand, byte for byte as they came.
///
/// All bytes lie in one buffer: a message costs two allocations however many fields it has.
package struct MessageHeader: Sendable {
    /// What is kept of a header. What is over it is counted and not kept, and the checks that need the whole header say so.
    package struct Bounds: Sendable {
        package var fields = 2_000
        /// Of all names, colons and values together.
        package var bytes = 256 << 10
        /// From fields that are kept beyond these: whom a message shows as its author must not hang on what stands above.
        package var fromFieldsBeyond = 2
        /// Of the name and value of each of these.
        package var fromFieldBytes = 128 << 10

        package init() {}
    }

    private struct Place: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []
    private let bounds: Bounds
    private var fromFieldsBeyond = 0
    /// Fields that did not fit into the bounds.
    package private(set) var droppedFields = 0
    /// The From fields among them.
    package private(set) var droppedFromFields = 0

    package init(bounds: Bounds = Bounds()) {
        self.bounds = bounds
    }

    package var isComplete: Bool { droppedFields == 0 }
    package var count: Int { places.count }

    /// Counts a field that never came whole.
    package mutating func dropField(name: some Collection<UInt8>) {
        droppedFields += 1
        if name.isFrom { droppedFromFields += 1 }
    }

    /// - Parameters:
    ///   - name: What stands before the colon, as it is written (RFC 5322 section 2.2).
    ///   - value: What stands after the colon, with its folds and spaces, without the CRLF that ends the field.
    package mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        if places.count >= bounds.fields || bytes.count + name.count + value.count + 1 > bounds.bytes {
            guard name.isFrom, fromFieldsBeyond < bounds.fromFieldsBeyond,
                name.count + value.count <= bounds.fromFieldBytes
            else { return dropField(name: name) }
            fromFieldsBeyond += 1
        }
        let start = bytes.count
        bytes.append(contentsOf: name)
        let colon = bytes.count
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: value)
        places.append(Place(name: start..<colon, value: colon + 1..<bytes.count))
    }

    package subscript(index: Int) -> HeaderField {
        let place = places[index]
        return HeaderField(
            name: bytes[place.name], value: bytes[place.value],
            raw: bytes[place.name.lowerBound..<place.value.upperBound])
    }

    /// The positions of the fields of that name, from the top, whatever the case of its letters, and with or without white
    /// space before the colon (RFC 5322 section 4.5.8).
    /// - Parameter name: In lower case.
    package func positions(of name: StaticString) -> [Int] {
        name.withUTF8Buffer { wanted in
            places.indices.filter { matches(places[$0].name, wanted) }
        }
    }

    /// - Parameter name: In lower case.
    package func positions(of name: [UInt8]) -> [Int] {
        name.withUnsafeBufferPointer { wanted in
            places.indices.filter { matches(places[$0].name, wanted) }
        }
    }

    /// All bytes in one piece, the number of fields, and where the name and the value of each stand in it; the colon stands
    /// between them. For what reads every field of a message.
    package func withFields<R>(
        _ body: (UnsafeBufferPointer<UInt8>, Int, (Int) -> (name: Range<Int>, value: Range<Int>)) -> R
    ) -> R {
        bytes.withUnsafeBufferPointer { bytes in
            body(bytes, places.count) { (places[$0].name, places[$0].value) }
        }
    }

    private func matches(_ range: Range<Int>, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
        guard range.count >= wanted.count else { return false }
        return bytes[range].isName(wanted)
    }
}

extension Collection<UInt8> {
    /// - Parameter wanted: In lower case.
    fileprivate func isName(_ wanted: some Collection<UInt8>) -> Bool {
        var rest = self[...]
        for byte in wanted {
            guard let own = rest.popFirst(), own == byte || (0x41...0x5A ~= own && own | 0x20 == byte) else {
                return false
            }
        }
        return rest.allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    fileprivate var isFrom: Bool { isName("from".utf8) }
}

/// One field, as slices of its header's buffer.
package struct HeaderField: Sendable {
    package var name: ArraySlice<UInt8>
    /// After the colon, with folds and leading space, without the final CRLF.
    package var value: ArraySlice<UInt8>
    /// `Name: value`, without the final CRLF.
    package var raw: ArraySlice<UInt8>
}
