import CEpoll
import Glibc

/// Tells which of many sockets can be read, by epoll(7).
struct Readiness {
    private let descriptor: CInt
    private var events = [epoll_event](repeating: epoll_event(), count: 64)

    init() throws(SystemError) {
        descriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
        if descriptor < 0 { throw SystemError("make an epoll") }
    }

    /// Watches a socket until it is closed; `key` comes back when it can be read.
    func watch(_ socket: Socket, key: UInt32) throws(SystemError) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u32 = key
        guard epoll_ctl(descriptor, EPOLL_CTL_ADD, socket.descriptor, &event) == 0 else {
            throw SystemError("watch a socket")
        }
    }

    /// Waits, and hands on the keys of the sockets that can be read, or have ended.
    mutating func wait(milliseconds: CInt, _ take: (UInt32) throws -> Void) rethrows {
        let count = epoll_wait(descriptor, &events, CInt(events.count), milliseconds)
        for index in 0..<max(0, Int(count)) {
            try take(events[index].data.u32)
        }
    }

    /// To be called before the socket is closed: epoll goes on telling of one that a child process has inherited, by a
    /// number that is somebody else's by then.
    func forget(_ watched: CInt) {
        _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil)
    }

    func close() {
        Glibc.close(descriptor)
    }
}
