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

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { connection.inputClosed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let timeout = error as? LineTimeout {
            connection.close(because: .invalidRequest("\(timeout); the connection is closed"))
        } else {
            context.close(promise: nil)
        }
    }
}
