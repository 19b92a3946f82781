import Logging
import MailPolicy
import NIOCore
import PostfixProtocols

/// One policy connection: finds requests in what arrives, has them decided on this event loop, and answers.
///
/// In trouble it sends nothing and closes, as SMTPD_POLICY_README asks: Postfix then does what its default action says.
/// What was asked before on the same connection is answered all the same.
final class PolicyConnectionHandler: ChannelInboundHandler, BatchedReplies {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let gatehouse: Gatehouse
    private let waiting: WaitingRoom
    private let boundGate: Gate?
    private let bounds: PolicyServer.Bounds
    private let complain: @Sendable (String) -> Void
    private let batch: ReplyBatch<PolicyConnectionHandler>

    private var context: ChannelHandlerContext?
    /// Written, and to be flushed with those of the other connections.
    private var hasUnsentReply = false
    private var connection = Connection()
    private var scanner = PolicyRequestScanner()
    /// What has arrived and is no whole request yet; empty between requests.
    private var partial: ByteBuffer?
    /// The request that waits for a carrier's place, with its bytes.
    private var held: (ticket: UInt64, request: GateRequest, bytes: ByteBuffer)?
    private var requestDeadline: Scheduled<Void>?
    private let idleWatch: IdleWatch
    private var isLeaving = false
    private var isClosing = false

    /// What most requests are answered with.
    private let dunno: ByteBuffer

    init(
        gatehouse: Gatehouse, waiting: WaitingRoom, boundGate: Gate?, bounds: PolicyServer.Bounds, dunno: ByteBuffer,
        batch: ReplyBatch<PolicyConnectionHandler>, complain: @escaping @Sendable (String) -> Void
    ) {
        self.gatehouse = gatehouse
        self.waiting = waiting
        self.boundGate = boundGate
        self.bounds = bounds
        idleWatch = IdleWatch(timeout: bounds.idleTimeout)
        self.dunno = dunno
        self.batch = batch
        self.complain = complain
    }

    func channelActive(context: ChannelHandlerContext) {
        idleWatch.start(on: context.eventLoop.assumeIsolated()) {
            self.held != nil
        } close: {
            self.close(context)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        idleWatch.heard()
        let arrived = unwrapInboundIn(data)
        guard var buffer = partial else {
            work(arrived, context)
            return
        }
        partial = nil
        buffer.writeImmutableBuffer(arrived)
        work(buffer, context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard hasUnsentReply else { return }
        batch.add(self)
    }

    func flushReplies() {
        hasUnsentReply = false
        context?.flush()
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        context.readOnlyWhileWritable()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ConnectionFarewell {
        case .afterAnswer:
            isLeaving = true
            closeIfLeaving(context)
        case .now: close(context)
        case nil: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        requestDeadline?.cancel()
        idleWatch.stop()
        if let partial, held == nil, !isClosing {
            complain("the connection ended after \(partial.readableBytes) bytes of a request, without its empty line")
        }
        // In this order, so that no place is given to a ticket that nobody holds any more.
        gatehouse.end(&connection)
        if let held { waiting.leave(held.ticket) }
        held = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset by the peer is an ordinary end.
        close(context)
    }

    // MARK: Requests

    private func work(_ arrived: ByteBuffer, _ context: ChannelHandlerContext) {
        var buffer = arrived
        while held == nil, buffer.readableBytes > 0, !isClosing {
            do {
                guard let parsed = try scanner.next(buffer.readableBytesUInt8Span) else { break }
                guard let bytes = buffer.readSlice(length: parsed.byteCount) else { break }
                // The next request has its own time.
                cancelDeadline()
                try answer(parsed, bytes, context)
            } catch {
                complain("\(error)")
                close(context)
                return
            }
        }
        if buffer.readableBytes > 0 { keep(buffer, context) } else { cancelDeadline() }
        closeIfLeaving(context)
    }

    private func cancelDeadline() {
        requestDeadline?.cancel()
        requestDeadline = nil
    }

    /// Keeps what is not a whole request. A peer that does not end what it began in time is cut off.
    private func keep(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        partial = buffer
        guard held == nil || buffer.readableBytes <= PolicyRequestLimits.requestBytes else {
            complain("more than one request was sent before the first was answered")
            close(context)
            return
        }
        guard held == nil, requestDeadline == nil else { return }
        requestDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.requestTimeout) {
            self.requestDeadline = nil
            self.complain(
                "a request was not complete within \(self.bounds.requestTimeout.nanoseconds / 1_000_000_000) s "
                    + "(request_timeout in [engine])")
            self.close(context)
        }
    }

    private func answer(_ parsed: PolicyRequest, _ bytes: ByteBuffer, _ context: ChannelHandlerContext) throws {
        let text = bytes.readableBytesUInt8Span
        let request = try GateRequest(parsed, in: text, boundTo: boundGate)
        switch gatehouse.decide(request, in: text, on: &connection) {
        case .dunno:
            hasUnsentReply = true
            context.write(wrapOutboundOut(dunno), promise: nil)
        case .action(let action):
            hasUnsentReply = true
            context.write(wrapOutboundOut(Self.encode(action, context)), promise: nil)
        case .wait(let ticket):
            held = (ticket, request, bytes)
            let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            waiting.wait(for: ticket, on: context.eventLoop) { verdict in
                let (handler, context) = handler.value
                handler.resume(ticket, verdict, context)
            }
        }
    }

    /// The carrier's place has come, or the time to wait for it is over.
    private func resume(_ ticket: UInt64, _ verdict: Verdict, _ context: ChannelHandlerContext) {
        guard let held, held.ticket == ticket else { return }
        self.held = nil
        let text = held.bytes.readableBytesUInt8Span
        switch gatehouse.finish(verdict, ticket: ticket, held.request, in: text, on: &connection) {
        case .action(let action): context.writeAndFlush(wrapOutboundOut(Self.encode(action, context)), promise: nil)
        case .dunno, .wait: context.writeAndFlush(wrapOutboundOut(dunno), promise: nil)
        }
        if let rest = partial {
            partial = nil
            work(rest, context)
            context.flush()
        } else {
            closeIfLeaving(context)
        }
    }

    private static func encode(_ bytes: [UInt8], _ context: ChannelHandlerContext) -> ByteBuffer {
        var buffer = context.channel.allocator.buffer(capacity: bytes.count)
        buffer.writeBytes(bytes)
        return buffer
    }

    // MARK: Ends

    /// Closes behind the answers that are written already.
    private func close(_ context: ChannelHandlerContext) {
        isClosing = true
        context.flush()
        context.close(promise: nil)
    }

    private func closeIfLeaving(_ context: ChannelHandlerContext) {
        if isLeaving, held == nil, partial == nil, !isClosing { close(context) }
    }
}
