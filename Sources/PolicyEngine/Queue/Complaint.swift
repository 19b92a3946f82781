import Synchronization

/// The first lines that a child wrote to its standard error.
final class Complaint: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private static let limit = 2_000

    func feed(_ more: UnsafeRawBufferPointer) {
        bytes.withLock { bytes in
            bytes.append(contentsOf: more.prefix(Self.limit - bytes.count))
        }
    }

    /// In one line, without control characters, which would else reach terminals and logs.
    var text: String {
        let text = bytes.withLock { String(decoding: $0, as: UTF8.self) }
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        }
        return lines.joined(separator: "; ")
    }
}
