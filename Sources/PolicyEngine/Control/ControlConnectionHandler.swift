import ControlProtocol
import NIOCore

/// The thin end of a control connection: hands lines to the ``ControlConnection``, and stops reading while the peer does
/// not take its answers.
final class ControlConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = LineFraming.Event
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: ControlConnection
    private var readIsHeld = false

    init(connection: ControlConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(unwrapInboundIn(data))
    }

    func read(context: ChannelHandlerContext) {
        guard context.channel.isWritable else {
            readIsHeld = true
            return
        }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, readIsHeld {
            readIsHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let timeout = error as? LineTimeout {
            connection.close(because: .invalidRequest("\(timeout); the connection is closed"))
        } else {
            context.close(promise: nil)
        }
    }
}

/// Tells a peer for whom there is no room why, and closes.
final class ControlRefusalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let error: ControlError

    init(_ error: ControlError) { self.error = error }

    func channelActive(context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(bytes: ControlSession.answer(.null, .failure(error)))
        buffer.writeInteger(UInt8(ascii: "\n"))
        context.writeAndFlush(wrapOutboundOut(buffer)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}
