import NIOCore
import NIOPosix
import Synchronization

/// One connection to a control socket, with the calls and subscriptions that wait on it.
final class ClientConnection: Sendable {
    private typealias Frames = AsyncThrowingStream<ViewFrame, any Error>

    private struct State {
        /// By request id. The handler runs before the next line is looked at.
        var waiting: [Int64: @Sendable (Result<[UInt8], any Error>) -> Void] = [:]
        var subscriptions: [Int: Frames.Continuation] = [:]
        /// Ids of `subscribe` requests whose caller has left: what they open is closed again.
        var abandoned: Set<Int64> = []
        var lastID: Int64 = 0
        var closesWhenUnused = false
        /// Why nothing more can be asked on this connection.
        var end: ControlError?
    }

    private let path: String
    private let channel: any Channel
    private let state = Mutex(State())

    private init(path: String, channel: any Channel) {
        self.path = path
        self.channel = channel
    }

    /// - Throws: ``ControlError/unreachable(_:)``.
    static func open(path: String, on group: any EventLoopGroup) async throws -> ClientConnection {
        do {
            let bootstrap = ClientBootstrap(group: group).connectTimeout(.seconds(5))
            // In the initializer: an engine that has no room says so before anything is asked.
            return try await bootstrap.connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ClientConnection(path: path, channel: channel)
                    try connection.install()
                    return connection
                }
            }
        } catch {
            throw ControlError(connecting: path, error)
        }
    }

    var isOpen: Bool { channel.isActive && state.withLock { $0.end == nil } }

    func close() async { try? await channel.close() }

    /// Nobody will call any more; who still reads frames goes on.
    func closeWhenUnused() {
        let isUnused = state.withLock { state in
            state.closesWhenUnused = true
            return state.subscriptions.isEmpty
        }
        if isUnused { channel.close(promise: nil) }
    }

    // MARK: Calling

    func call<Value: Decodable & Sendable>(_ call: ControlCall, timeout: TimeAmount) async throws -> Value {
        let line = try await answer(to: call, timeout: timeout)
        do {
            return try JSONLine.decode(ReceivedResult<Value>.self, from: line).result
        } catch {
            throw Self.misunderstood(error)
        }
    }

    func subscribe(
        _ parameters: SubscribeParameters, timeout: TimeAmount
    ) async throws -> AsyncThrowingStream<ViewFrame, any Error> {
        let (stream, continuation) = Frames.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Registered while the answer is handled: a frame may be the very next line.
        _ = try await answer(to: .subscribe(parameters), timeout: timeout) { line throws in
            let result = try JSONLine.decode(ReceivedResult<SubscriptionParameters>.self, from: line).result
            self.register(continuation, as: result.subscription)
        }
        return stream
    }

    private func register(_ continuation: Frames.Continuation, as subscription: Int) {
        let end = state.withLock { state in
            state.subscriptions[subscription] = continuation
            return state.end
        }
        if let end { continuation.finish(throwing: end) }
        continuation.onTermination = { _ in self.unsubscribe(subscription) }
    }

    private func unsubscribe(_ subscription: Int) {
        let (stood, isUnused) = state.withLock { state in
            let stood = state.subscriptions.removeValue(forKey: subscription) != nil
            return (stood, state.closesWhenUnused && state.subscriptions.isEmpty)
        }
        if isUnused { channel.close(promise: nil) } else if stood { requestEnd(of: subscription) }
    }

    /// Nobody waits for the answer.
    private func requestEnd(of subscription: Int) {
        let id: Int64? = state.withLock { state in
            guard state.end == nil else { return nil }
            state.lastID += 1
            return state.lastID
        }
        guard let id else { return }
        let call = ControlCall.unsubscribe(SubscriptionParameters(subscription: subscription))
        if let line = try? JSONLine.encode(ControlRequest(id: .number(id), call: call)) { send(line) }
    }

    /// - Parameter arrived: runs on the event loop, before a line after the answer is looked at.
    private func answer(
        to call: ControlCall, timeout: TimeAmount, arrived: (@Sendable ([UInt8]) throws -> Void)? = nil
    ) async throws -> [UInt8] {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let line = try JSONLine.encode(ControlRequest(id: .number(id), call: call))
        try Self.checkLength(of: line, call)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let timer = channel.eventLoop.scheduleTask(in: timeout) {
                    self.abandon(id, call, Self.tooLate(call, timeout, self.path))
                }
                wait(for: id) { result in
                    timer.cancel()
                    continuation.resume(with: result.flatMap { line in Result { try arrived?(line) }.map { line } })
                }
                if Task.isCancelled { return settle(id, .failure(CancellationError())) }
                send(line)
            }
        } onCancel: {
            abandon(id, call, CancellationError())
        }
    }

    /// The caller waits no longer; the engine does not know that.
    private func abandon(_ id: Int64, _ call: ControlCall, _ error: any Error) {
        let handler = state.withLock { state in
            let handler = state.waiting.removeValue(forKey: id)
            if handler != nil, call.method == .subscribe { state.abandoned.insert(id) }
            return handler
        }
        handler?(.failure(error))
    }

    private func closeAbandoned(_ id: Int64, _ line: [UInt8]) {
        guard state.withLock({ $0.abandoned.remove(id) }) != nil,
            let answer = try? JSONLine.decode(ReceivedResult<SubscriptionParameters>.self, from: line)
        else { return }
        requestEnd(of: answer.result.subscription)
    }

    private func wait(for id: Int64, _ handler: @escaping @Sendable (Result<[UInt8], any Error>) -> Void) {
        let end = state.withLock { state in
            if state.end == nil { state.waiting[id] = handler }
            return state.end
        }
        if let end { handler(.failure(end)) }
    }

    private func settle(_ id: Int64, _ result: Result<[UInt8], any Error>) {
        let handler = state.withLock { $0.waiting.removeValue(forKey: id) }
        handler?(result)
    }

    private func send(_ line: [UInt8]) {
        var buffer = channel.allocator.buffer(capacity: line.count + 1)
        buffer.writeBytes(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        channel.writeAndFlush(buffer).whenFailure { error in
            self.finish(.unreachable("the connection to \(self.path) broke: \(error)"))
        }
    }

    // MARK: What arrives

    private func install() throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(LineFramingHandler(bounds: .responses, lineTimeout: .seconds(60)))
        try pipeline.addHandler(ClientConnectionHandler(connection: self))
    }

    func receive(_ event: LineFraming.Event) {
        switch event {
        case .overlong(let limit):
            finish(.internalError("the engine sent a line of more than \(limit) bytes"))
        case .importRefused: break
        case .line(let line):
            do {
                receive(try JSONLine.decode(ReceivedLine.self, from: line), line)
            } catch {
                finish(Self.misunderstood(error))
            }
        }
    }

    private func receive(_ received: ReceivedLine, _ line: [UInt8]) {
        switch received {
        case .answer(.number(let id), let error):
            closeAbandoned(id, line)
            settle(id, error.map { .failure($0) } ?? .success(line))
        case .answer(_, let error):
            // An error without an id is about the connection: too many of them, a line too long or too slow.
            if let error { finish(error) }
        case .notification(.frame(let subscription, let frame)):
            state.withLock { $0.subscriptions[subscription] }?.yield(frame)
        case .notification(.ended(let subscription, let error)):
            state.withLock { $0.subscriptions.removeValue(forKey: subscription) }?.finish(throwing: error)
        case .unknown:
            break
        }
    }

    func connectionLost() {
        finish(.unreachable("the engine on \(path) closed the connection; what was under way may or may not be done"))
    }

    /// Everybody who waits on this connection is told why, and it is closed.
    private func finish(_ error: ControlError) {
        let (waiting, subscriptions) = state.withLock { state in
            if state.end == nil { state.end = error }
            defer {
                state.waiting = [:]
                state.subscriptions = [:]
            }
            return (Array(state.waiting.values), Array(state.subscriptions.values))
        }
        for handler in waiting { handler(.failure(error)) }
        for continuation in subscriptions { continuation.finish(throwing: error) }
        channel.close(promise: nil)
    }
}
