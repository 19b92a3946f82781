/// A text to look for whatever the case. Only a text with letters outside ASCII costs more than a scan of bytes.
struct FoldedText: Sendable, Equatable {
    private let bytes: [UInt8]
    private let isASCII: Bool

    init(_ text: String) {
        let folded = text.lowercased()
        bytes = Array(folded.utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    func equals(_ text: String) -> Bool {
        within(text) { $0.count == bytes.count && matches($0, at: 0) }
    }

    func isContained(in text: String) -> Bool {
        within(text) { haystack in
            guard !bytes.isEmpty else { return true }
            guard haystack.count >= bytes.count else { return false }
            return (0...(haystack.count - bytes.count)).contains { matches(haystack, at: $0) }
        }
    }

    private func within(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
        var text = isASCII ? text : text.lowercased()
        return text.withUTF8(body)
    }

    private func matches(_ haystack: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
        bytes.indices.allSatisfy { index in
            let byte = haystack[offset + index]
            let folded = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            return folded == bytes[index]
        }
    }
}
