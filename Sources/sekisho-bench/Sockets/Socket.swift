import Glibc

/// A stream socket that does not block.
struct Socket {
    let descriptor: CInt

    /// Connects.
    static func connected(to target: Target) throws(SystemError) -> Socket {
        let socket: Socket
        switch target {
        case .unix(let path):
            socket = try Socket(family: AF_UNIX)
            try socket.useAddress(ofPath: path, "connect to \(path)") { connect(socket.descriptor, $0, $1) }
        case .tcp(let host, let port):
            socket = try tcp(host, port, "connect to \(target)") { connect($0, $1, $2) }
            socket.setOption(Int32(IPPROTO_TCP), TCP_NODELAY)
        }
        try socket.stopBlocking()
        return socket
    }

    /// Listens. A socket file that an earlier server left is replaced; another kind of file is not.
    static func listening(on target: Target) throws(SystemError) -> Socket {
        let socket: Socket
        switch target {
        case .unix(let path):
            removeSocketFile(path)
            socket = try Socket(family: AF_UNIX)
            try socket.useAddress(ofPath: path, "listen on \(path)") { bind(socket.descriptor, $0, $1) }
        case .tcp(let host, let port):
            socket = try tcp(host, port, "listen on \(target)") { descriptor, address, length in
                Socket(descriptor: descriptor).setOption(SOL_SOCKET, SO_REUSEADDR)
                return bind(descriptor, address, length)
            }
        }
        guard listen(socket.descriptor, 1024) == 0 else { throw SystemError("listen on \(target)") }
        try socket.stopBlocking()
        return socket
    }

    /// The next connection that waits; `nil` if there is none.
    func accepted() -> Socket? {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0, fcntl(connection, F_SETFL, O_NONBLOCK) == 0 else { return nil }
        return Socket(descriptor: connection)
    }

    func close() {
        Glibc.close(descriptor)
    }

    private init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    private init(family: CInt) throws(SystemError) {
        descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw SystemError("make a socket") }
    }

    private func stopBlocking() throws(SystemError) {
        guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { throw SystemError("set a socket to non-blocking") }
    }

    private func setOption(_ level: CInt, _ name: CInt) {
        var on: CInt = 1
        // Without it the figures are worse and nothing else.
        _ = setsockopt(descriptor, level, name, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    private static func removeSocketFile(_ path: String) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
    }
}

extension Socket {
    private func useAddress(
        ofPath path: String, _ action: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            // With its closing NUL, which is there already.
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        guard fits else {
            close()
            throw SystemError(action, code: ENAMETOOLONG)
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let error = SystemError(action)
            close()
            throw error
        }
    }

    private static func tcp(
        _ host: String, _ port: String, _ action: String,
        _ call: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) throws(SystemError) -> Socket {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &list) == 0, let found = list else {
            throw SystemError(action, code: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(list) }
        var error = SystemError(action, code: EADDRNOTAVAIL)
        var next: UnsafeMutablePointer<addrinfo>? = found
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            let socket = try Socket(family: entry.ai_family)
            if call(socket.descriptor, address, entry.ai_addrlen) == 0 { return socket }
            error = SystemError(action)
            socket.close()
        }
        throw error
    }
}
