import ControlProtocol
import NIOCore

/// The thin end of a control connection: hands lines to the ``ControlConnection``, and stops reading while the peer does
/// not take its answers.
final class ControlConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = LineFraming.Event
    typealias OutboundOut = ByteBuffer

    private let connection: ControlConnection

    init(connection: ControlConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(unwrapInboundIn(data))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        context.readOnlyWhileWritable()
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
