import CPrefetch

/// Asks for memory before it is needed.
///
/// What a decision reads of an account and of a source lies at some twenty places that were last touched thousands of
/// requests ago. Waiting for each in turn would take longer than all the rest of the decision, so the places are asked
/// for as soon as they are known, and come together.
@inline(__always)
func prefetch<Element>(_ array: ContiguousArray<Element>, at index: Int) {
    guard array.indices.contains(index) else { return }
    array.withUnsafeBufferPointer { buffer in
        guard let element = buffer.baseAddress.map({ UnsafeRawPointer($0 + index) }) else { return }
        for offset in stride(from: 0, to: MemoryLayout<Element>.stride, by: lineSize) {
            prefetch_line(element + offset)
        }
    }
}

/// The header of an array's buffer and its first elements, up to `bytes`.
@inline(__always)
func prefetch<Element>(_ array: [Element], upTo bytes: Int) {
    array.withUnsafeBufferPointer { buffer in
        guard let elements = buffer.baseAddress.map({ UnsafeRawPointer($0) }) else { return }
        for offset in stride(from: 0, to: bytes, by: lineSize) { prefetch_line(elements + offset - headerSize) }
    }
}

/// Bytes of a cache line.
private let lineSize = 64
/// Of an array's buffer: its object header, count and capacity.
private let headerSize = 32
