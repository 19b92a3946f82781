import ControlProtocol
import NIOCore
import NIOPosix

/// A client that sends bytes as they are and hands out lines as they come, or leaves them lying.
package final class RawClient: Sendable {
    private let channel: any Channel
    private let received: AsyncStream<String>

    package init(path: String, reads: Bool = true) async throws {
        let (stream, continuation) = AsyncStream<String>.makeStream()
        received = stream
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(LineFramingHandler(bounds: .responses, lineTimeout: .minutes(5)))
                    try pipeline.addHandler(Collector(continuation: continuation))
                }
            }
            .connect(unixDomainSocketPath: path).get()
    }

    deinit { channel.close(promise: nil) }

    package var isOpen: Bool { channel.isActive }

    package func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    package func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    package func startReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    /// The next line; `nil` when the engine has closed the connection.
    package func line() async -> String? {
        for await line in received { return line }
        return nil
    }

    /// Closes this end alone, as `echo … | socat - UNIX:…` does.
    package func finishSending() async throws { try await channel.close(mode: .output) }

    package func close() async throws { try await channel.close() }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = LineFraming.Event
        private let continuation: AsyncStream<String>.Continuation

        init(continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if case .line(let line) = unwrapInboundIn(data) {
                continuation.yield(String(decoding: line, as: UTF8.self))
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
        }

        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
