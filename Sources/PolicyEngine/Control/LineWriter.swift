import NIOCore

/// Sends lines to a client, in the order of the calls, from whatever thread.
struct LineWriter: Sendable {
    private let channel: any Channel

    init(channel: any Channel) { self.channel = channel }

    /// - Parameter promise: kept when the line has left for the client's socket.
    func send(_ line: [UInt8], promise: EventLoopPromise<Void>? = nil) {
        var buffer = channel.allocator.buffer(capacity: line.count + 1)
        buffer.writeBytes(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        enqueue(buffer, promise)
    }

    /// Returns when the line has left for the client's socket.
    func sendAndWait(_ line: [UInt8]) async throws {
        let sent = makePromise()
        send(line, promise: sent)
        try await sent.futureResult.get()
    }

    func makePromise() -> EventLoopPromise<Void> { channel.eventLoop.makePromise() }

    /// Closes behind whatever still waits to leave.
    func close() {
        let (sent, channel) = (makePromise(), channel)
        sent.futureResult.whenComplete { _ in channel.close(promise: nil) }
        enqueue(ByteBuffer(), sent)
    }

    /// Closes also if a client does not take its last answers.
    func close(in time: TimeAmount) {
        let channel = channel
        channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    func closeNow() async { try? await channel.close() }

    /// Always through the loop's queue, even when already on the loop: else what is sent there would overtake what was
    /// sent from elsewhere before.
    private func enqueue(_ buffer: ByteBuffer, _ promise: EventLoopPromise<Void>?) {
        let channel = channel
        channel.eventLoop.execute { channel.writeAndFlush(buffer, promise: promise) }
    }
}
