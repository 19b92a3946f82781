import Glibc

/// A connected TCP or UNIX socket with blocking, bounded reads and writes.
final class StreamSocket {
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    init(host: String, port: UInt16, from source: String, timeoutSeconds: Int) throws {
        descriptor = try Self.open(AF_INET, timeoutSeconds: timeoutSeconds)
        do {
            try Self.call("bind to \(source)", bind, descriptor, sockaddr_in.ipv4(source, port: 0))
            try Self.call("connect to \(host):\(port)", connect, descriptor, sockaddr_in.ipv4(host, port: port))
        } catch {
            close()
            throw error
        }
    }

    /// - Parameter path: of a UNIX socket, at most 107 bytes.
    init(path: String, timeoutSeconds: Int) throws {
        descriptor = try Self.open(AF_UNIX, timeoutSeconds: timeoutSeconds)
        do {
            try Self.call("connect to \(path)", connect, descriptor, sockaddr_un.unix(path))
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { throw RigError.system("write to socket") }
            rest = rest.dropFirst(sent)
        }
    }

    /// The next line, without its line end.
    func readLine() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[..<end].filter { $0 != UInt8(ascii: "\r") }
                buffer.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            var chunk = [UInt8](repeating: 0, count: 4_096)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count == 0 { throw RigError("the server closed the connection") }
            guard count > 0 else { throw RigError.system("read from socket") }
            buffer += chunk[..<count]
        }
    }

    private static func open(_ family: Int32, timeoutSeconds: Int) throws -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw RigError.system("socket") }
        var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        return descriptor
    }

    private static func call<Address>(
        _ what: String, _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32,
        _ address: Address
    ) throws {
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else { throw RigError.system(what) }
    }
}
