import NIOCore

/// Puts ``LineFraming`` into a channel, and closes one whose peer begins a line and does not finish it.
package final class LineFramingHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = LineFraming.Event

    private var framing: LineFraming
    private let lineTimeout: TimeAmount
    private var deadline: Scheduled<Void>?

    /// - Parameter lineTimeout: how long a line may take from its first byte to its line feed.
    package init(bounds: LineFraming.Bounds, lineTimeout: TimeAmount) {
        framing = LineFraming(bounds: bounds)
        self.lineTimeout = lineTimeout
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let events = framing.append(unwrapInboundIn(data).readableBytesView)
        for event in events { context.fireChannelRead(wrapInboundOut(event)) }
        watch(context, restart: !events.isEmpty)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    /// The clock runs from the first byte of a line, so that a byte a second does not keep it from running out.
    private func watch(_ context: ChannelHandlerContext, restart: Bool) {
        if restart || !framing.isInsideLine {
            deadline?.cancel()
            deadline = nil
        }
        guard framing.isInsideLine, deadline == nil else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: lineTimeout) {
            context.fireErrorCaught(LineTimeout(timeout: self.lineTimeout))
        }
    }
}

/// A peer began a line and did not finish it in time.
package struct LineTimeout: Error, CustomStringConvertible {
    package var timeout: TimeAmount
    package var description: String {
        "a line was begun and not finished within \(timeout.nanoseconds / 1_000_000_000) s"
    }
}
