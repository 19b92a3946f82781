import Foundation

/// Reads whole files that people give, up to a size.
enum BoundedFile {
    struct Fault: Error, Equatable {
        /// `it cannot be read: No such file or directory`.
        var problem: String
    }

    static func read(_ path: String, mostBytes: Int) throws(Fault) -> [UInt8] {
        guard let stream = fopen(path, "re") else { throw unreadable() }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        while bytes.count <= mostBytes {
            let wanted = min(mostBytes + 1 - bytes.count, max(65_536, bytes.count))
            let before = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: wanted))
            let count = bytes.withUnsafeMutableBytes { buffer in
                fread(buffer.baseAddress?.advanced(by: before), 1, wanted, stream)
            }
            bytes.removeLast(wanted - count)
            if count < wanted { break }
        }
        // Of a directory, only reading fails.
        if ferror(stream) != 0 { throw unreadable() }
        guard bytes.count <= mostBytes else { throw Fault(problem: "it is larger than \(mostBytes) bytes") }
        return bytes
    }

    private static func unreadable() -> Fault {
        Fault(problem: "it cannot be read: \(String(cString: strerror(errno)))")
    }
}
