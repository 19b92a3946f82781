import NIOCore

/// Puts ``LineFraming`` into a channel, and closes one whose peer begins a line and does not finish it.
package final class LineFramingHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = LineFraming.Event

    private var framing: LineFraming
    private let lineTimeout: TimeAmount
    private let mayHoldImport: @Sendable () -> Bool
    private var holdsImport = false
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - lineTimeout: how long a line may take from its first byte to its line feed.
    ///   - mayHoldImport: asked once for each line that is longer than a general request may be.
    package init(
        bounds: LineFraming.Bounds, lineTimeout: TimeAmount, mayHoldImport: @escaping @Sendable () -> Bool = { true }
    ) {
        framing = LineFraming(bounds: bounds)
        self.lineTimeout = lineTimeout
        self.mayHoldImport = mayHoldImport
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let events = framing.append(unwrapInboundIn(data).readableBytesView)
        for event in events { context.fireChannelRead(wrapInboundOut(event)) }
        askForRoom(context)
        watch(context, restart: !events.isEmpty)
    }

    private func askForRoom(_ context: ChannelHandlerContext) {
        guard framing.holdsImport != holdsImport else { return }
        holdsImport = framing.holdsImport
        guard holdsImport, !mayHoldImport() else { return }
        framing.dropLine()
        holdsImport = false
        context.fireChannelRead(wrapInboundOut(.importRefused))
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            for event in framing.finish() { context.fireChannelRead(wrapInboundOut(event)) }
            deadline?.cancel()
        }
        context.fireUserInboundEventTriggered(event)
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
