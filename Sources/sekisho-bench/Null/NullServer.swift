import Glibc

/// One thread, one epoll: a read that ends with an empty line is answered `action=DUNNO`.
struct NullServer {
    private let listener: Socket
    private var readiness: Readiness
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private let answer = Array("action=DUNNO\n\n".utf8)

    init(_ target: Target) throws {
        listener = try Socket.listening(on: target)
        readiness = try Readiness()
        try readiness.watch(listener, key: UInt32(listener.descriptor))
    }

    mutating func run() throws {
        var ready: [CInt] = []
        while true {
            ready.removeAll(keepingCapacity: true)
            readiness.wait(milliseconds: -1) { ready.append(CInt(bitPattern: $0)) }
            for descriptor in ready {
                if descriptor == listener.descriptor {
                    try acceptAll()
                } else {
                    serve(descriptor)
                }
            }
        }
    }

    private func acceptAll() throws {
        while let connection = listener.accepted() {
            try readiness.watch(connection, key: UInt32(connection.descriptor))
        }
    }

    private mutating func serve(_ descriptor: CInt) {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EAGAIN { return }
        guard count > 0 else {
            end(descriptor)
            return
        }
        // Postfix has one request in flight, so a read ends where a request does, or in the middle of one.
        guard count >= 2, buffer[count - 1] == UInt8(ascii: "\n"), buffer[count - 2] == UInt8(ascii: "\n") else {
            return
        }
        if send(descriptor, answer, answer.count, Int32(MSG_NOSIGNAL)) != answer.count { end(descriptor) }
    }

    private func end(_ descriptor: CInt) {
        readiness.forget(descriptor)
        close(descriptor)
    }
}
