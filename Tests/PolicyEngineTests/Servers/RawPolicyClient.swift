import NIOCore
import NIOPosix
import Synchronization

/// Sends bytes as a test has them, and collects all that comes back.
final class RawPolicyClient: Sendable {
    private let channel: any Channel
    private let received: Received

    init(path: String, reads: Bool = true) async throws {
        let received = Received()
        self.received = received
        channel = try await Self.bootstrap(received, reads: reads).connect(unixDomainSocketPath: path).get()
    }

    init(host: String, port: Int) async throws {
        let received = Received()
        self.received = received
        channel = try await Self.bootstrap(received, reads: true).connect(host: host, port: port).get()
    }

    private static func bootstrap(_ received: Received, reads: Bool) -> ClientBootstrap {
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(received))
                }
            }
    }

    deinit { channel.close(promise: nil) }

    func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    /// Everything that was received up to now.
    var text: String { received.state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    var bytes: [UInt8] { received.state.withLock { $0.bytes } }

    /// Whether the other end has closed.
    var isClosed: Bool { received.state.withLock { $0.isClosed } }

    var answers: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: true).map { String($0.dropFirst("action=".count)) }
    }

    func close() async throws { try await channel.close() }

    final class Received: Sendable {
        let state = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let received: Received

        init(_ received: Received) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            received.state.withLock { $0.bytes += buffer.readableBytesView }
        }

        func channelInactive(context: ChannelHandlerContext) { received.state.withLock { $0.isClosed = true } }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// A request as Postfix sends it.
enum PolicyText {
    static func request(
        gate: String = "submission", state: String = "RCPT", login: String = "a@isp.example",
        recipient: String = "b@elsewhere.example", instance: String = "1.2.3", queueID: String = "",
        size: String = "1000",
        count: String = "0", sender: String? = nil
    ) -> String {
        """
        request=smtpd_access_policy
        protocol_state=\(state)
        protocol_name=ESMTP
        helo_name=client.example
        queue_id=\(queueID)
        sender=\(sender ?? login)
        recipient=\(recipient)
        recipient_count=\(count)
        client_address=192.0.2.7
        client_name=unknown
        instance=\(instance)
        sasl_method=plain
        sasl_username=\(login)
        size=\(size)
        policy_context=\(gate)


        """
    }
}
