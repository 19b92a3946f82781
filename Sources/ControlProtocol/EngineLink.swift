/// An engine, in this process or behind a control socket: whoever holds one cannot tell which.
package protocol EngineLink: Sendable {
    /// - Throws: ``ControlError``.
    func view(_ query: ViewQuery) async throws -> ViewFrame
    /// Frames as the engine makes them, at most 10 a second and only when something changed; the newest alone is kept
    /// for a reader that is slow. The stream ends with a ``ControlError`` when the engine goes away.
    func subscribe(_ query: ViewQuery) async throws -> AsyncThrowingStream<ViewFrame, any Error>
    /// Counts what the action will hit, and changes nothing.
    func preview(_ action: OperatorAction) async throws -> Preview
    /// Returns after the change and its audit entry are committed.
    func perform(_ order: Order) async throws -> Receipt
    /// Imports the accounts of a CSV (all or nothing).
    func importAccounts(csv: String, reason: String) async throws -> Receipt
    /// Reads the configuration again, as SIGHUP does.
    func reload() async throws -> Receipt
}

/// An error that a peer of the control protocol is told, by the codes of JSON-RPC 2.0 section 5.1 and our own.
package struct ControlError: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    package var code: Int
    package var message: String

    package init(code: Int, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    package static func parseError(_ why: String) -> Self { .init(code: -32700, message: why) }
    package static func invalidRequest(_ why: String) -> Self { .init(code: -32600, message: why) }
    package static func methodNotFound(_ why: String) -> Self { .init(code: -32601, message: why) }
    package static func invalidParameters(_ why: String) -> Self { .init(code: -32602, message: why) }
    package static func internalError(_ why: String) -> Self { .init(code: -32603, message: why) }
    /// The peer's roles do not allow it; the attempt is in the audit log.
    package static func forbidden(_ why: String) -> Self { .init(code: 1, message: why) }
    /// What the action names is not there.
    package static func notFound(_ why: String) -> Self { .init(code: 2, message: why) }
    /// The store or Postfix did not take it; nothing was changed unless the message says so.
    package static func failed(_ why: String) -> Self { .init(code: 3, message: why) }
    /// No engine answers on the socket, or it went away.
    package static func unreachable(_ why: String) -> Self { .init(code: 4, message: why) }
}
