import Foundation
import Synchronization

/// Reads what a child writes, and keeps the end of it.
final class OutputTail: Sendable {
    private static let kept = 4_096
    private let bytes = Mutex<[UInt8]>([])

    var text: String {
        bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads until the child closes its end.
    func follow(_ pipe: Pipe) {
        let thread = Thread { [self] in
            // The pipe lives as long as the thread reads from it.
            let descriptor = pipe.fileHandleForReading.fileDescriptor
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                keep(buffer[..<count])
            }
            withExtendedLifetime(pipe) {}
        }
        thread.start()
    }

    private func keep(_ new: ArraySlice<UInt8>) {
        bytes.withLock { $0 = Array(($0 + new.suffix(Self.kept)).suffix(Self.kept)) }
    }
}
