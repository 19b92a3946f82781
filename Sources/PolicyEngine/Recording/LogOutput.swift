import Glibc

/// A descriptor that is written to without being waited for longer than it is worth, whatever it is.
///
/// It belongs to others too, so it cannot be made non-blocking itself: that is a property of what is behind it.
struct LogOutput: ~Copyable, Sendable {
    private enum Kind {
        /// Opened again, so that being non-blocking is ours alone.
        case pipe(own: Int32)
        case socket
        /// A file or a terminal, or a pipe that cannot be opened again.
        case other
    }

    private let descriptor: Int32
    private let kind: Kind

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            kind = .other
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: kind = .socket
        case S_IFIFO:
            let own = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
            kind = own >= 0 ? .pipe(own: own) : .other
        default: kind = .other
        }
    }

    deinit {
        if case .pipe(let own) = kind { close(own) }
    }

    /// - Parameter wait: milliseconds without a byte taken.
    /// - Returns: bytes that were written.
    func write(_ bytes: some Collection<UInt8>, wait: Int32) -> Int {
        let done = bytes.withContiguousStorageIfAvailable { write(UnsafeRawBufferPointer($0), wait: wait) }
        return done ?? Array(bytes).withUnsafeBytes { write($0, wait: wait) }
    }

    private func write(_ buffer: UnsafeRawBufferPointer, wait: Int32) -> Int {
        var done = 0
        while done < buffer.count {
            let count = put(UnsafeRawBufferPointer(rebasing: buffer[done...]), wait: wait)
            if count > 0 {
                done += count
            } else if count == 0 || errno == EAGAIN {
                guard isReady(within: wait) else { break }
            } else if errno != EINTR {
                break
            }
        }
        return done
    }

    /// One call of the system; 0 where it is to be asked again when the descriptor is ready.
    private func put(_ buffer: UnsafeRawBufferPointer, wait: Int32) -> Int {
        switch kind {
        case .pipe(let own): return Glibc.write(own, buffer.baseAddress, buffer.count)
        case .socket:
            return send(
                descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        case .other:
            guard isReady(within: wait) else {
                errno = ENOSPC
                return -1
            }
            // At most what a pipe takes without blocking once it is ready.
            return Glibc.write(descriptor, buffer.baseAddress, min(buffer.count, Int(PIPE_BUF)))
        }
    }

    private func isReady(within wait: Int32) -> Bool {
        let own = if case .pipe(let own) = kind { own } else { descriptor }
        var ready = pollfd(fd: own, events: Int16(POLLOUT), revents: 0)
        return poll(&ready, 1, wait) > 0
    }
}
