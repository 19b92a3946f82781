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
        /// Held from when the line of an import grows large until the import is done.
        var importToken: ImportToken?
        /// The client will send nothing more, and leaves with its last answer.
        var isInputClosed = false
        var isClosed = false
    }

    private static let lastAnswerTimeout = TimeAmount.seconds(5)

    let peer: ControlPeer
    private let writer: LineWriter
    private let link: any EngineLink
    private let state: Mutex<State>

    init(peer: ControlPeer, channel: any Channel, link: any EngineLink) {
        self.peer = peer
        writer = LineWriter(channel: channel)
        self.link = link
        state = Mutex(State(session: ControlSession(actor: peer.login)))
    }

    func receive(_ event: LineFraming.Event) {
        state.withLock { state in
            let token = state.importToken.take()
            switch state.session.receive(event) {
            case .send(let line): writer.send(line)
            case .call(let id, let call): start(id, call, holding: token, &state)
            case .subscribe(let id, let subscription, let query, let rate):
                state.subscriptions[subscription] = Task { await self.subscribe(id, subscription, query, rate) }
            case .unsubscribe(let subscription, let answer):
                state.subscriptions.removeValue(forKey: subscription)?.cancel()
                writer.send(answer)
                closeIfDone(state)
            }
        }
    }

    /// - Returns: `false` when there is no room for another import.
    func takeImportToken(from allowance: ImportAllowance) -> Bool {
        state.withLock { state in
            state.importToken = allowance.take()
            return state.importToken != nil
        }
    }

    /// The client sends nothing more: what is under way is answered, subscriptions go on, and then it is closed.
    func inputClosed() {
        state.withLock { state in
            state.isInputClosed = true
            closeIfDone(state)
        }
    }

    private func closeIfDone(_ state: State) {
        guard state.isInputClosed, state.calls.isEmpty, state.subscriptions.isEmpty else { return }
        writer.close()
    }

    /// The client has gone.
    func closed() {
        let subscriptions = state.withLock { state in
            state.isClosed = true
            state.importToken = nil
            defer { state.subscriptions = [:] }
            return state.subscriptions.values
        }
        for task in subscriptions { task.cancel() }
    }

    /// Tells the client why, and closes.
    func close(because error: ControlError) {
        writer.send(ControlSession.answer(.null, .failure(error)))
        writer.close()
        writer.close(in: Self.lastAnswerTimeout)
    }

    /// Ends the subscriptions, answers what is being worked on, and closes.
    func drain() async {
        writer.close(in: Self.lastAnswerTimeout)
        let (subscriptions, calls) = state.withLock { state in
            (Array(state.subscriptions.values), Array(state.calls.values))
        }
        for task in subscriptions { task.cancel() }
        for task in calls { await task.value }
        await writer.closeNow()
    }

    // MARK: Calls

    private func start(_ id: JSONRPCID, _ call: ControlCall, holding token: ImportToken?, _ state: inout State) {
        state.lastCall += 1
        let number = state.lastCall
        let before = call.isChange ? state.lastChange : nil
        let task = Task {
            await before?.value
            let outcome = await self.outcome(of: call)
            await self.finish(id, number, outcome)
            withExtendedLifetime(token) {}
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
        try? await writer.sendAndWait(line)
        state.withLock { state in
            state.session.finished()
            state.calls[number] = nil
            closeIfDone(state)
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
                writer.send(state.session.notSubscribed(id, subscription, ControlError(describing: error)))
                closeIfDone(state)
            }
            return
        }
        writer.send(ControlSession.answer(id, .success(.subscription(.init(subscription: subscription)))))
        let error = await forward(frames, subscription, every: .seconds(1 / rate))
        guard !Task.isCancelled else { return }
        state.withLock { state in
            state.subscriptions[subscription] = nil
            if let line = state.session.ended(subscription, error) { writer.send(line) }
            closeIfDone(state)
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
        let sent = writer.makePromise()
        // Under the lock, so that no frame is queued behind the answer to `unsubscribe`.
        state.withLock { state in
            guard state.subscriptions[subscription] != nil, !state.isClosed else {
                return sent.fail(CancellationError())
            }
            writer.send(line, promise: sent)
        }
        try await sent.futureResult.get()
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
