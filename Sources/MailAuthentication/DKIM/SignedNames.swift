/// The names of an `h=` tag in their order, in lower case; a name may stand there several times (RFC 6376 section 5.4.2).
struct SignedNames: Sendable {
    private var bytes: [UInt8] = []
    private var places: [(range: Range<Int>, hash: UInt32)] = []

    var count: Int { places.count }

    init() {}

    init(_ names: some Sequence<some StringProtocol>) {
        for name in names { append(name.utf8) }
    }

    /// Reads `h=`: names with colons between them and folding white space around.
    /// - Returns: `nil` if a name is empty or holds what no field name can (RFC 5322 section 2.2).
    init?(parsing value: UnsafeBufferPointer<UInt8>) {
        bytes.reserveCapacity(value.count)
        places.reserveCapacity(24)
        var start = 0
        while start <= value.count {
            let colon = value[start...].firstIndex(of: UInt8(ascii: ":")) ?? value.count
            var end = colon
            while start < end, value[start].isFoldingSpace { start += 1 }
            while end > start, value[end - 1].isFoldingSpace { end -= 1 }
            guard start < end, value[start..<end].allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
            append(value[start..<end])
            start = colon + 1
        }
    }

    mutating func append(_ name: some Sequence<UInt8>) {
        let start = bytes.count
        var hash = HeaderIndex.hashStart
        for byte in name {
            let lower = byte.lowercased
            bytes.append(lower)
            hash = HeaderIndex.hash(hash, lower)
        }
        places.append((start..<bytes.count, hash))
    }

    subscript(index: Int) -> (name: ArraySlice<UInt8>, hash: UInt32) {
        (bytes[places[index].range], places[index].hash)
    }

    func contains(_ name: String) -> Bool {
        places.contains { bytes[$0.range].elementsEqual(name.utf8) }
    }

    /// Names joined as they stand in `h=`.
    var text: [UInt8] {
        Array(places.map { bytes[$0.range] }.joined(separator: [UInt8(ascii: ":")]))
    }
}

/// The fields of a header by name, made once a message and used by each of its signatures.
struct HeaderIndex: Sendable {
    private var names: [(hash: UInt32, range: Range<Int>)] = []

    /// FNV-1a over the lower-case name: only to pass over most fields without comparing.
    static let hashStart: UInt32 = 2_166_136_261
    @inline(__always) static func hash(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
        (hash ^ UInt32(byte)) &* 16_777_619
    }

    init(_ header: borrowing MessageHeader) {
        names.reserveCapacity(header.count)
        header.withFields { bytes, count, place in
            for index in 0..<count {
                let name = place(index).name
                var end = name.upperBound
                // White space before the colon is no part of the name (RFC 5322 section 4.5).
                while end > name.lowerBound, bytes[end - 1].isBlank { end -= 1 }
                var hash = Self.hashStart
                for offset in name.lowerBound..<end { hash = Self.hash(hash, bytes[offset].lowercased) }
                names.append((hash, name.lowerBound..<end))
            }
        }
    }

    /// The fields that `signed` stands for, in its order: each further mention of a name takes the next one up from the
    /// bottom, and nothing where there is none (RFC 6376 section 5.4.2).
    /// - Parameter excluded: A field that is never taken: the signature's own.
    func positions(
        of signed: SignedNames, in header: borrowing MessageHeader, excluding excluded: Int? = nil
    ) -> [Int] {
        var positions: [Int] = []
        positions.reserveCapacity(signed.count)
        var isTaken = [Bool](repeating: false, count: names.count)
        if let excluded { isTaken[excluded] = true }
        header.withFields { bytes, _, _ in
            for index in 0..<signed.count {
                let (name, hash) = signed[index]
                var position = names.count
                while position > 0 {
                    position -= 1
                    if names[position].hash == hash, !isTaken[position],
                        Self.matches(bytes, names[position].range, name)
                    {
                        isTaken[position] = true
                        positions.append(position)
                        break
                    }
                }
            }
        }
        return positions
    }

    /// From the top.
    func positions(named name: StaticString, in header: borrowing MessageHeader) -> [Int] {
        let wanted = name.withUTF8Buffer { Array($0) }
        let hash = wanted.reduce(Self.hashStart) { Self.hash($0, $1) }
        return header.withFields { bytes, _, _ in
            names.indices.filter {
                names[$0].hash == hash && Self.matches(bytes, names[$0].range, wanted[...])
            }
        }
    }

    /// - Parameter name: In lower case.
    func count(named name: String, in header: borrowing MessageHeader) -> Int {
        let hash = name.utf8.reduce(Self.hashStart) { Self.hash($0, $1) }
        guard names.contains(where: { $0.hash == hash }) else { return 0 }
        let wanted = Array(name.utf8)
        return header.withFields { bytes, _, _ in
            names.count { $0.hash == hash && Self.matches(bytes, $0.range, wanted[...]) }
        }
    }

    private static func matches(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ name: ArraySlice<UInt8>
    ) -> Bool {
        guard range.count == name.count else { return false }
        for (own, wanted) in zip(bytes[range], name) where own.lowercased != wanted { return false }
        return true
    }
}
