import ControlProtocol
import NIOCore
import Synchronization

/// Performs what a client's ``ControlSession`` asks for.
///
/// Calls that only look run at once and side by side. Changes of one client run one after the other in the order in
/// which they came, so that a script may send several without waiting; they go on when the client leaves.
/// A subscription takes its next frame only when the one before has left for the client: for a slow reader the link
/// keeps the newest alone, and nothing piles up here.
final class ControlConnection: Sendable {
    private struct State {
        var session: ControlSession
        var subscriptions: [Int: Task<Void, Never>] = [:]
        var calls: [UInt64: Task<Void, Never>] = [:]
        var lastChange: Task<Void, Never>?
        var lastCall: UInt64 = 0
        var isClosed = false
    }

    let peer: ControlPeer
    private let channel: any Channel
    private let link: any EngineLink
    private let state: Mutex<State>

    init(peer: ControlPeer, channel: any Channel, link: any EngineLink) {
        self.peer = peer
        self.channel = channel
        self.link = link
        state = Mutex(State(session: ControlSession(actor: peer.login)))
    }

    func receive(_ event: LineFraming.Event) {
        state.withLock { state in
            switch state.session.receive(event) {
            case .send(let line): send(line)
            case .call(let id, let call): start(id, call, &state)
            case .subscribe(let id, let subscription, let query, let rate):
                state.subscriptions[subscription] = Task { await self.subscribe(id, subscription, query, rate) }
            case .unsubscribe(let subscription, let answer):
                state.subscriptions.removeValue(forKey: subscription)?.cancel()
                send(answer)
            }
        }
    }

    /// The client has gone.
    func closed() {
        let subscriptions = state.withLock { state in
            state.isClosed = true
            defer { state.subscriptions = [:] }
            return state.subscriptions.values
        }
        for task in subscriptions { task.cancel() }
    }

    /// Tells the client why, and closes.
    func close(because error: ControlError) {
        let line = try? JSONLine.encode(ControlResponse(id: .null, outcome: .failure(error)))
        send(line ?? []) { self.channel.close(promise: nil) }
    }

    /// Ends the subscriptions, answers what is being worked on, and closes.
    func drain() async {
        let (subscriptions, calls) = state.withLock { state in
            (Array(state.subscriptions.values), Array(state.calls.values))
        }
        for task in subscriptions { task.cancel() }
        for task in calls { await task.value }
        try? await channel.close()
    }

    // MARK: Calls

    private func start(_ id: JSONRPCID, _ call: ControlCall, _ state: inout State) {
        state.lastCall += 1
        let number = state.lastCall
        let before = call.isChange ? state.lastChange : nil
        let task = Task {
            await before?.value
            let outcome = await self.outcome(of: call)
            await self.finish(id, number, outcome)
        }
        state.calls[number] = task
        if call.isChange { state.lastChange = task }
    }

    private func outcome(of call: ControlCall) async -> Result<ControlResult, ControlError> {
        do {
            return .success(try await perform(call))
        } catch let error as ControlError {
            return .failure(error)
        } catch {
            return .failure(.internalError("\(error)"))
        }
    }

    private func perform(_ call: ControlCall) async throws -> ControlResult {
        switch call {
        case .view(let query): .frame(try await link.view(query))
        case .preview(let parameters): .preview(try await link.preview(parameters.action))
        case .perform(let order): .receipt(try await link.perform(order))
        case .importAccounts(let file):
            .receipt(try await link.importAccounts(csv: file.csv, reason: file.reason))
        case .reload: .receipt(try await link.reload())
        case .hello, .subscribe, .unsubscribe:
            throw ControlError.internalError("\(call.method.rawValue) is the session's to answer")
        }
    }

    /// The call counts as in progress until its answer has left, so that a client that does not read cannot pile up
    /// answers.
    private func finish(_ id: JSONRPCID, _ number: UInt64, _ outcome: Result<ControlResult, ControlError>) async {
        let line = ControlSession.answer(id, outcome)
        try? await sendAndWait(line)
        state.withLock { state in
            state.session.finished()
            state.calls[number] = nil
        }
    }

    // MARK: Subscriptions

    private func subscribe(_ id: JSONRPCID, _ subscription: Int, _ query: ViewQuery, _ rate: Double) async {
        let frames: AsyncThrowingStream<ViewFrame, any Error>
        do {
            frames = try await link.subscribe(query)
        } catch {
            state.withLock { state in
                state.subscriptions[subscription] = nil
                send(state.session.notSubscribed(id, subscription, ControlError(describing: error)))
            }
            return
        }
        send(ControlSession.answer(id, .success(.subscription(.init(subscription: subscription)))))
        let error = await forward(frames, subscription, every: .seconds(1 / rate))
        guard !Task.isCancelled else { return }
        state.withLock { state in
            state.subscriptions[subscription] = nil
            if let line = state.session.ended(subscription, error) { send(line) }
        }
    }

    /// - Returns: why there are no more frames.
    private func forward(
        _ frames: AsyncThrowingStream<ViewFrame, any Error>, _ subscription: Int, every interval: Duration
    ) async -> ControlError {
        do {
            for try await frame in frames {
                let line = try JSONLine.encode(ControlNotification.frame(subscription: subscription, frame))
                try await sendFrame(line, of: subscription)
                try await Task.sleep(for: interval)
            }
            return .unreachable("the engine ended the subscription")
        } catch {
            return ControlError(describing: error)
        }
    }

    // MARK: Sending

    private func sendFrame(_ line: [UInt8], of subscription: Int) async throws {
        let sent = channel.eventLoop.makePromise(of: Void.self)
        // Under the lock, so that no frame is queued behind the answer to `unsubscribe`.
        state.withLock { state in
            guard state.subscriptions[subscription] != nil, !state.isClosed else {
                return sent.fail(CancellationError())
            }
            enqueue(line, sent)
        }
        try await sent.futureResult.get()
    }

    private func sendAndWait(_ line: [UInt8]) async throws {
        let sent = channel.eventLoop.makePromise(of: Void.self)
        enqueue(line, sent)
        try await sent.futureResult.get()
    }

    private func send(_ line: [UInt8], then next: (@Sendable () -> Void)? = nil) {
        guard let next else { return enqueue(line, nil) }
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in next() }
        enqueue(line, sent)
    }

    /// Always through the loop's queue, even when already on the loop: lines leave in the order of these calls.
    private func enqueue(_ line: [UInt8], _ promise: EventLoopPromise<Void>?) {
        let channel = channel
        channel.eventLoop.execute {
            var buffer = channel.allocator.buffer(capacity: line.count + 1)
            buffer.writeBytes(line)
            buffer.writeInteger(UInt8(ascii: "\n"))
            channel.writeAndFlush(buffer, promise: promise)
        }
    }
}

extension ControlCall {
    fileprivate var isChange: Bool {
        switch self {
        case .perform, .importAccounts, .reload: true
        case .hello, .view, .subscribe, .unsubscribe, .preview: false
        }
    }
}

extension ControlError {
    init(describing error: any Error) {
        self = error as? ControlError ?? .internalError("\(error)")
    }
}
