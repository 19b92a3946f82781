import NIOCore
import NIOPosix
import Synchronization

/// A policy client as Postfix is one: one request at a time on a connection.
final class PolicyClient: Sendable {
    private let channel: any Channel
    private let answers: AnswerHandler.Box

    private init(channel: any Channel, answers: AnswerHandler.Box) {
        self.channel = channel
        self.answers = answers
    }

    static func connect(to path: String, on group: any EventLoopGroup) async throws -> PolicyClient {
        let answers = AnswerHandler.Box()
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AnswerHandler(answers))
                }
            }
            .connect(unixDomainSocketPath: path).get()
        return PolicyClient(channel: channel, answers: answers)
    }

    /// The action that it is answered with, such as `DUNNO` or `450 4.7.1 …`.
    ///
    /// - Throws: ``ClosedError`` when the engine closes instead.
    func ask(_ request: [UInt8]) async throws -> String {
        let future = answers.expect(on: channel.eventLoop)
        // A connection that the engine closed tells it here alone.
        channel.writeAndFlush(ByteBuffer(bytes: request)).whenFailure { [answers] _ in
            answers.take()?.fail(ClosedError())
        }
        return try await future.get()
    }

    func close() { channel.close(promise: nil) }

    struct ClosedError: Error {}
}

private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Who waits for the answer.
    final class Box: Sendable {
        private let promise = Mutex<EventLoopPromise<String>?>(nil)

        func expect(on loop: any EventLoop) -> EventLoopFuture<String> {
            let new = loop.makePromise(of: String.self)
            promise.withLock { $0 = new }
            return new.futureResult
        }

        func take() -> EventLoopPromise<String>? {
            promise.withLock { promise in
                defer { promise = nil }
                return promise
            }
        }
    }

    private let box: Box
    private var buffer = ByteBuffer()

    init(_ box: Box) { self.box = box }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        buffer.writeImmutableBuffer(unwrapInboundIn(data))
        guard buffer.readableBytesView.suffix(2).elementsEqual("\n\n".utf8) else { return }
        let line = String(buffer: buffer).prefix { $0 != "\n" }
        buffer.clear()
        box.take()?.succeed(line.hasPrefix("action=") ? String(line.dropFirst(7)) : String(line))
    }

    func channelInactive(context: ChannelHandlerContext) {
        box.take()?.fail(PolicyClient.ClosedError())
    }
}
