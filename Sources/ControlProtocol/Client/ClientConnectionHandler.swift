import NIOCore

/// Hands what arrives on a channel to its ``ClientConnection``.
final class ClientConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = LineFraming.Event

    private let connection: ClientConnection

    init(connection: ClientConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.connectionLost()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
