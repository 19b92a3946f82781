import Glibc

/// A UNIX socket as a file: made ready before, given its owner after, and removed at the end.
struct BoundSocketFile: Sendable {
    let path: String
    private let identity: Identity

    private struct Identity: Equatable {
        var device: UInt
        var inode: UInt
    }

    /// Removes a socket on which nobody answers, such as a killed engine leaves behind; anything else stays.
    ///
    /// - Throws: ``ControlServerError``.
    static func clearStale(path: String) throws(ControlServerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure("stat", path) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        guard try !answers(path: path) else { throw .inUse(path: path) }
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("unlink", path) }
    }

    /// Takes over a socket that has just been bound.
    ///
    /// - Throws: ``ControlServerError``.
    init(path: String, mode: UInt16, group: String?) throws(ControlServerError) {
        self.path = path
        if let group {
            guard let id = UserDatabase.groupID(named: group) else { throw .noSuchGroup(name: group) }
            guard chown(path, uid_t.max, id) == 0 else { throw Self.failure("chown", path) }
        }
        guard chmod(path, mode_t(mode)) == 0 else { throw Self.failure("chmod", path) }
        guard let identity = Self.identity(of: path) else { throw Self.failure("stat", path) }
        self.identity = identity
    }

    /// Removes it, unless another engine has put its own there since.
    func remove() {
        if Self.identity(of: path) == identity { unlink(path) }
    }

    private static func identity(of path: String) -> Identity? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }

    private static func answers(path: String) throws(ControlServerError) -> Bool {
        // Non-blocking: a listener whose backlog is full must not hold up the start; it is there, which is all we ask.
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | UInt32(SOCK_NONBLOCK.rawValue)), 0)
        guard descriptor >= 0 else { throw failure("socket", path) }
        defer { Glibc.close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .cannotListen(path: path, reason: "the path is longer than 107 bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if connected == 0 || errno == EAGAIN || errno == EINPROGRESS { return true }
        guard errno == ECONNREFUSED || errno == ENOENT else { throw failure("connect", path) }
        return false
    }

    private static func failure(_ call: String, _ path: String) -> ControlServerError {
        let code = errno
        return .system(call: call, path: path, code: code, reason: String(cString: strerror(code)))
    }
}
