import Foundation

/// Reads whole files that people give, up to a size.
enum BoundedFile {
    struct Fault: Error, Equatable {
        /// `it cannot be read: No such file or directory`.
        var problem: String
    }

    /// - Parameter orPipe: whether a pipe is as good, as `/dev/stdin` may be where a person names the file.
    static func read(_ path: String, mostBytes: Int, orPipe: Bool = false) throws(Fault) -> [UInt8] {
        // Of a FIFO, opening alone waits until somebody writes; a terminal must not become the engine's own.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (orPipe ? 0 : O_NONBLOCK))
        // That is what open(2) says of a socket.
        if descriptor < 0, errno == ENXIO { throw irregular(S_IFSOCK) }
        guard descriptor >= 0, let stream = fdopen(descriptor, "r") else {
            let fault = unreadable()
            if descriptor >= 0 { close(descriptor) }
            throw fault
        }
        defer { fclose(stream) }
        try check(descriptor, orPipe: orPipe)
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
        if ferror(stream) != 0 { throw unreadable() }
        guard bytes.count <= mostBytes else { throw Fault(problem: "it is larger than \(mostBytes) bytes") }
        return bytes
    }

    /// Nothing but a file comes to an end for certain.
    private static func check(_ descriptor: Int32, orPipe: Bool) throws(Fault) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable() }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFIFO where orPipe: break
        case S_IFDIR:
            errno = EISDIR
            throw unreadable()
        case let type: throw irregular(type)
        }
    }

    private static func irregular(_ type: mode_t) -> Fault {
        let name =
            switch type {
            case S_IFIFO: "a FIFO"
            case S_IFCHR, S_IFBLK: "a device"
            case S_IFSOCK: "a socket"
            default: "something else"
            }
        return Fault(problem: "it cannot be read: it is no regular file but \(name)")
    }

    private static func unreadable() -> Fault {
        Fault(problem: "it cannot be read: \(String(cString: strerror(errno)))")
    }
}
