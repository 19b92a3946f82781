import Glibc

/// Moves bytes between the engine and a child until the child has ended: feeds its input and empties its outputs side
/// by side, since a child that waits to write would else never read on.
struct ChildPump {
    private(set) var pipes: ChildPipes
    private let command: ChildCommand
    private let child: pid_t
    private let deadline: ContinuousClock.Instant
    private var inputOffset = 0
    private var outputBytes = 0
    private var errorBytes = 0
    private var end: ChildEnd?

    /// The longest time, in milliseconds, until a cancellation or the end of the child is seen.
    private static let slice: Int32 = 50
    private static let bufferSize = 1 << 16

    init(command: ChildCommand, pipes: ChildPipes, child: pid_t) {
        self.command = command
        self.pipes = pipes
        self.child = child
        deadline = .now + command.timeLimit
    }

    mutating func run(
        cancelled: () -> Bool, output: ChildProcess.Sink, error: ChildProcess.Sink
    ) throws(ChildProcessError) -> ChildEnd {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
        defer { buffer.deallocate() }
        if command.input.isEmpty { pipes.closeInput() }
        while true {
            if cancelled() { throw .cancelled }
            if ContinuousClock.now >= deadline { throw .timeLimit(command.timeLimit) }
            let moved = try step(buffer, output: output, error: error)
            if pipes.output < 0 && pipes.error < 0 {
                if let end = collect() { return end }
                usleep(1_000)
            } else if !moved, end != nil {
                // It has ended, but something that it started holds its pipes open: nothing more is waited for.
                return end ?? .exited(code: 0)
            } else if !moved {
                end = collect()
            }
        }
    }

    /// - Returns: whether anything was read or written, or a pipe was closed.
    private mutating func step(
        _ buffer: UnsafeMutableRawBufferPointer, output: ChildProcess.Sink, error: ChildProcess.Sink
    ) throws(ChildProcessError) -> Bool {
        // A negative descriptor is skipped by poll(2).
        var polled = [
            pollfd(fd: pipes.input, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: pipes.output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipes.error, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polled, nfds_t(polled.count), Self.slice) > 0 else { return false }
        if polled[0].revents != 0 { feed() }
        if polled[1].revents != 0 {
            let count = Self.read(pipes.output, buffer)
            if count == 0 { pipes.closeOutput() }
            if count > 0 {
                outputBytes += count
                if outputBytes > command.outputLimit { throw .outputLimit(bytes: command.outputLimit) }
                output(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
        if polled[2].revents != 0 {
            let count = Self.read(pipes.error, buffer)
            if count == 0 { pipes.closeError() }
            let kept = min(count, command.errorLimit - errorBytes)
            if kept > 0 { error(UnsafeRawBufferPointer(rebasing: buffer[..<kept])) }
            errorBytes += max(kept, 0)
        }
        return true
    }

    /// - Returns: bytes read; 0 at the end, -1 when there is nothing yet.
    private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? -1 : 0
    }

    private mutating func feed() {
        let count = command.input.withUnsafeBytes { bytes in
            write(pipes.input, bytes.baseAddress?.advanced(by: inputOffset), bytes.count - inputOffset)
        }
        if count > 0 { inputOffset += count }
        // A child that closed its input has read what it wanted.
        let failed = count < 0 && errno != EAGAIN && errno != EINTR
        if failed || inputOffset == command.input.count { pipes.closeInput() }
    }

    /// - Returns: how the child ended, if it has.
    private func collect() -> ChildEnd? {
        if let end { return end }
        var status: Int32 = 0
        guard waitpid(child, &status, WNOHANG) == child else { return nil }
        // wait(2): the low 7 bits are the signal, the next byte the exit code.
        let signal = status & 0x7f
        return signal == 0 ? .exited(code: (status >> 8) & 0xff) : .signalled(signal)
    }
}
