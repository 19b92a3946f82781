import Glibc
import NIOCore
import PostfixProtocols

/// One connection of a mail server: finds packets in what arrives, lets the session say what they lead to, and does it.
///
/// In trouble it says nothing and closes: the mail server then does what its default action says (`milter_default_action`
/// of Postfix, the flag `F=` of Sendmail).
final class MilterConnectionHandler: ChannelInboundHandler, BatchedReplies {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let service: any MilterService
    private let bounds: MilterServer.Bounds
    private let loop: MilterLoop
    private let complain: @Sendable (String) -> Void

    private var context: ChannelHandlerContext?
    private var hasUnsentReply = false
    private var decoder: MilterDecoder
    private var session: MilterSession
    private var connection: MilterConnection
    private var message: (any MilterMessageHandler)?
    /// What has arrived and is no whole packet yet; empty between packets.
    private var partial: ByteBuffer?
    private var packetDeadline: Scheduled<Void>?
    private let idleWatch: IdleWatch

    /// Counts the verdicts that were asked for, so that one which comes too late is not taken for the next.
    private var verdicts: UInt64 = 0
    /// The verdict is asked for in the turn of the loop that read the end of the message.
    private var isAsking = false
    private var task: Task<Void, Never>?
    private var progress: Scheduled<Void>?
    private var farewell: Scheduled<Void>?

    private var isLeaving = false
    private var isClosing = false

    private static let go = {
        var bytes: [UInt8] = []
        MilterReply.continue.encode(into: &bytes)
        return ByteBuffer(bytes: bytes)
    }()

    init(
        service: any MilterService, listener: String, bounds: MilterServer.Bounds, loop: MilterLoop,
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.service = service
        self.bounds = bounds
        idleWatch = IdleWatch(timeout: bounds.idleTimeout)
        self.loop = loop
        self.complain = complain
        decoder = MilterDecoder(bounds: bounds.packets)
        session = MilterSession(needs: service.needs)
        connection = MilterConnection(listener: listener)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        idleWatch.start(on: context.eventLoop.assumeIsolated()) {
            self.session.isDeciding
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
        if hasUnsentReply { loop.batch.add(self) }
    }

    func flushReplies() {
        hasUnsentReply = false
        context?.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        context.readOnlyWhileWritable()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ConnectionFarewell else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isLeaving = true
        closeIfLeaving(context)
        guard event == .now, !isClosing, farewell == nil else { return }
        farewell = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.farewellTimeout) { self.close(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        packetDeadline?.cancel()
        idleWatch.stop()
        farewell?.cancel()
        if partial != nil || decoder.isInsidePacket, !isClosing {
            complain("the connection ended in the middle of a packet")
        }
        abandonMessage()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset by the peer is an ordinary end.
        close(context)
    }

    // MARK: Packets

    private func work(_ arrived: ByteBuffer, _ context: ChannelHandlerContext) {
        var buffer = arrived
        while buffer.readableBytes > 0, !isClosing {
            do {
                guard let packet = try decoder.next(buffer.readableBytesUInt8Span) else { break }
                // The next packet has its own time; the pieces of this one share theirs.
                if !decoder.isInsidePacket { cancelDeadline() }
                try perform(packet.command, in: buffer.readableBytesUInt8Span, context)
                buffer.moveReaderIndex(forwardBy: packet.byteCount)
            } catch {
                complain("\(error)")
                close(context)
                return
            }
        }
        keep(buffer, context)
        closeIfLeaving(context)
    }

    private func cancelDeadline() {
        packetDeadline?.cancel()
        packetDeadline = nil
    }

    /// Keeps what is no whole packet. A peer that does not end what it began in time is cut off.
    private func keep(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !isClosing, buffer.readableBytes > 0 || decoder.isInsidePacket else { return }
        if buffer.readableBytes > 0 {
            // In memory of its own size, so that a slow peer does not hold what the socket was read into.
            partial = buffer.readerIndex > 0 ? context.channel.allocator.buffer(buffer: buffer) : buffer
        }
        guard packetDeadline == nil else { return }
        packetDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.packetTimeout) {
            self.packetDeadline = nil
            self.complain("a packet was not complete within \(self.bounds.packetTimeout.wholeSeconds) s")
            self.close(context)
        }
    }

    private func perform(
        _ command: MilterCommand, in bytes: Span<UInt8>, _ context: ChannelHandlerContext
    ) throws(MilterSessionError) {
        let step = try session.receive(command, in: bytes)
        if step.endsMessage { abandonMessage() }
        switch step.effect {
        case .nothing, .addRecipient, .addHeader, .addLongHeader, .endHeader, .addBody:
            tell(command, of: step.effect, in: bytes)
        case .negotiate(let terms):
            connection.hasExactValues = terms.steps.contains(.leadingSpace)
            send(.negotiate(terms), context)
        case .meet: if case .connection(let peer) = command { connection.meet(peer, in: bytes) }
        case .greet: if case .helo(let name) = command { connection.helo = bytes.extracting(name).array }
        case .beginMessage:
            guard case .sender(let address, let parameters) = command else { return }
            let sender = MilterPath(address, parameters, in: bytes)
            message = service.message(from: sender, on: connection, macros: session.macros)
        case .decide:
            if case .endOfMessage(let last) = command, !last.isEmpty { message?.body(bytes.extracting(last)) }
            decide(context)
        case .startOver: connection.startOver()
        case .close: close(context)
        }
        if step.isAnswered { answer(context, after: step.effect) }
    }

    private func tell(_ command: MilterCommand, of effect: MilterSession.Step.Effect, in bytes: Span<UInt8>) {
        switch (effect, command) {
        case (.addRecipient, .recipient(let address, let parameters)):
            message?.recipient(MilterPath(address, parameters, in: bytes), macros: session.macros)
        case (.addHeader, .header(let name, let value)):
            tellHeader(bytes.extracting(name), bytes.extracting(value))
        case (.addLongHeader, .longHeader(let length, let name?, _)):
            message?.longHeader(name: bytes.extracting(name), length: length)
        case (.endHeader, _): message?.endOfHeader(macros: session.macros)
        case (.addBody, .body(let piece, _)): message?.body(bytes.extracting(piece))
        default: break
        }
    }

    /// Puts back what the mail server has taken away: CR before the LF of a fold, and where that was not agreed on, the
    /// space behind the colon.
    private func tellHeader(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if connection.hasExactValues, !value.hasLineFeed {
            message?.header(name: name, value: value)
            return
        }
        var whole: [UInt8] = []
        swap(&whole, &loop.scratch)
        whole.removeAll(keepingCapacity: true)
        if !connection.hasExactValues { whole.append(UInt8(ascii: " ")) }
        for index in value.indices {
            if value[index] == UInt8(ascii: "\n"), whole.last != UInt8(ascii: "\r") {
                whole.append(UInt8(ascii: "\r"))
            }
            whole.append(value[index])
        }
        message?.header(name: name, value: whole.span)
        swap(&whole, &loop.scratch)
    }

    // MARK: Answers

    private func answer(_ context: ChannelHandlerContext, after effect: MilterSession.Step.Effect) {
        if effect == .addBody, session.needs.body == .untilEnough, message?.hasEnoughBody == true,
            session.terms?.steps.contains(.skip) == true
        {
            send(.skip, context)
        } else {
            write(Self.go, context)
        }
    }

    private func send(_ reply: MilterReply, _ context: ChannelHandlerContext) {
        loop.scratch.removeAll(keepingCapacity: true)
        reply.encode(into: &loop.scratch)
        write(context.channel.allocator.buffer(bytes: loop.scratch), context)
    }

    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        hasUnsentReply = true
        context.write(wrapOutboundOut(bytes), promise: nil)
    }

    // MARK: Verdicts

    /// Asks for the verdict. One that needs no waiting is there when this returns.
    private func decide(_ context: ChannelHandlerContext) {
        verdicts += 1
        let number = verdicts
        let macros = session.macros
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        isAsking = true
        let asked = Task.immediate(executorPreference: loop.executor) {
            guard let message = bound.value.0.message else { return }
            let verdict = await message.verdict(macros: macros)
            let (handler, context) = bound.value
            handler.finish(verdict, number, context)
        }
        isAsking = false
        guard session.isDeciding else { return }
        task = asked
        tellProgress(context, from: .now())
    }

    private func finish(_ verdict: MilterVerdict, _ number: UInt64, _ context: ChannelHandlerContext) {
        guard number == verdicts, session.isDeciding else { return }
        endVerdict()
        guard let terms = session.terms else { return }
        session.verdictGiven()
        message = nil
        loop.scratch.removeAll(keepingCapacity: true)
        verdict.encode(under: terms, into: &loop.scratch)
        write(context.channel.allocator.buffer(bytes: loop.scratch), context)
        guard !isAsking else { return }
        // It is nobody's read that sends it.
        loop.batch.add(self)
        closeIfLeaving(context)
    }

    private func tellProgress(_ context: ChannelHandlerContext, from start: NIODeadline) {
        progress = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.progressInterval) {
            if NIODeadline.now() - start >= self.bounds.verdictTimeout {
                self.giveUp(context)
                return
            }
            self.send(.progress, context)
            context.flush()
            self.tellProgress(context, from: start)
        }
    }

    private func giveUp(_ context: ChannelHandlerContext) {
        complain("no verdict on a message within \(bounds.verdictTimeout.wholeSeconds) s: it is refused for now")
        let unfinished = message
        task?.cancel()
        finish(MilterVerdict(.temporaryFailure), verdicts, context)
        unfinished?.abandoned()
    }

    private func endVerdict() {
        progress?.cancel()
        progress = nil
        task = nil
    }

    private func abandonMessage() {
        task?.cancel()
        endVerdict()
        verdicts += 1
        message?.abandoned()
        message = nil
    }

    // MARK: Ends

    /// Closes behind the answers that are written already.
    private func close(_ context: ChannelHandlerContext) {
        isClosing = true
        context.flush()
        context.close(promise: nil)
    }

    private func closeIfLeaving(_ context: ChannelHandlerContext) {
        if isLeaving, !session.isInMessage, !isClosing { close(context) }
    }
}

extension TimeAmount {
    fileprivate var wholeSeconds: Int64 { nanoseconds / 1_000_000_000 }
}

extension Span<UInt8> {
    fileprivate var hasLineFeed: Bool {
        withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return false }
            return memchr(start, CInt(UInt8(ascii: "\n")), bytes.count) != nil
        }
    }
}
