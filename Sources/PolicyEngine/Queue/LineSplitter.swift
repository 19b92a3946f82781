/// Cuts a stream of bytes into lines, in bounded memory.
struct LineSplitter {
    /// Longer lines are left out and counted.
    let limit: Int
    private(set) var tooLong = 0
    private var partial: [UInt8] = []
    private var skipping = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Calls with each line that ends in these bytes, without its newline.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            let piece = UnsafeRawBufferPointer(rebasing: rest[..<end])
            rest = rest[(end + 1)...]
            if partial.isEmpty && !skipping && piece.count <= limit {
                body(piece)
            } else {
                keep(piece)
                flush(body)
            }
        }
        keep(UnsafeRawBufferPointer(rebasing: rest))
    }

    /// A last line without a newline.
    mutating func finish(_ body: (UnsafeRawBufferPointer) -> Void) {
        if !partial.isEmpty || skipping { flush(body) }
    }

    private mutating func keep(_ piece: UnsafeRawBufferPointer) {
        guard !skipping else { return }
        if partial.count + piece.count > limit {
            skipping = true
            tooLong += 1
            partial = []
        } else {
            partial.append(contentsOf: piece)
        }
    }

    private mutating func flush(_ body: (UnsafeRawBufferPointer) -> Void) {
        if !skipping { partial.withUnsafeBytes(body) }
        partial.removeAll(keepingCapacity: partial.capacity <= 1 << 16)
        skipping = false
    }
}
