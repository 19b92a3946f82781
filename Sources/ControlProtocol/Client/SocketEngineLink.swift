import NIOCore
import NIOPosix

/// An engine behind its control socket.
///
/// It connects with the first call, and again with the next one after the engine went away; any number of calls may
/// be under way. An engine that does not listen, or does not answer in time, is ``ControlError/unreachable(_:)`` with
/// what to do about it.
///
///     let link = SocketEngineLink(path: "/run/sekisho/control.sock")
///     let frame = try await link.view(ViewQuery(.senders, limit: 20))
package actor SocketEngineLink: EngineLink {
    private let path: String
    private let callTimeout: TimeAmount
    private let importTimeout: TimeAmount
    private let group: any EventLoopGroup
    private var current: ClientConnection?
    private var connecting: Task<ClientConnection, any Error>?

    package init(
        path: String, callTimeout: TimeAmount = .seconds(30), importTimeout: TimeAmount = .minutes(10),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.path = path
        self.callTimeout = callTimeout
        self.importTimeout = importTimeout
        self.group = group
    }

    package func hello() async throws -> HelloAnswer { try await call(.hello) }

    package func view(_ query: ViewQuery) async throws -> ViewFrame { try await call(.view(query)) }

    package func subscribe(_ query: ViewQuery) async throws -> AsyncThrowingStream<ViewFrame, any Error> {
        try await connection().subscribe(SubscribeParameters(query: query), timeout: callTimeout)
    }

    package func preview(_ action: OperatorAction) async throws -> Preview {
        try await call(.preview(PreviewParameters(action: action)))
    }

    package func perform(_ order: Order) async throws -> Receipt { try await call(.perform(order)) }

    package func importAccounts(csv: String, reason: String) async throws -> Receipt {
        try await call(.importAccounts(ImportParameters(csv: csv, reason: reason)), timeout: importTimeout)
    }

    package func reload() async throws -> Receipt { try await call(.reload) }

    /// Ends the connection; what is under way fails, and a later call connects again.
    package func close() async {
        await current?.close()
    }

    private func call<Value: Decodable & Sendable>(
        _ call: ControlCall, timeout: TimeAmount? = nil
    ) async throws -> Value {
        try await connection().call(call, timeout: timeout ?? callTimeout)
    }

    private func connection() async throws -> ClientConnection {
        if let current, current.isOpen { return current }
        if let connecting { return try await connecting.value }
        let task = Task { [path, group] in try await ClientConnection.open(path: path, on: group) }
        connecting = task
        defer { connecting = nil }
        let open = try await task.value
        current = open
        return open
    }

    deinit { current?.closeWhenUnused() }
}
