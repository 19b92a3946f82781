import ControlProtocol
import PolicyEngine
import Synchronization

/// An engine that keeps what it was told and answers what it was given.
package final class FakeEngine: EngineLink, ControlService {
    package typealias Frames = AsyncThrowingStream<ViewFrame, any Error>

    private struct State {
        var content: @Sendable (ViewQuery) throws -> ViewContent
        var answer: @Sendable (Order) async throws -> Receipt
        var preview: @Sendable (OperatorAction) throws -> Preview
        var queries: [ViewQuery] = []
        var orders: [Order] = []
        var imports: [String] = []
        var reloads = 0
        var peers: [ControlPeer] = []
        var subscribers: [Frames.Continuation] = []
        var ended = 0
    }

    private let state: Mutex<State>

    package init(
        content: @escaping @Sendable (ViewQuery) throws -> ViewContent = { _ in
            .plans(.init(total: 0, matched: 0, offset: 0, rows: []))
        },
        preview: @escaping @Sendable (OperatorAction) throws -> Preview = { Preview.sample(of: $0) },
        answer: @escaping @Sendable (Order) async throws -> Receipt = { Receipt.sample(of: $0) }
    ) {
        state = Mutex(State(content: content, answer: answer, preview: preview))
    }

    package var queries: [ViewQuery] { state.withLock { $0.queries } }
    package var orders: [Order] { state.withLock { $0.orders } }
    package var imports: [String] { state.withLock { $0.imports } }
    package var reloads: Int { state.withLock { $0.reloads } }
    package var peers: [ControlPeer] { state.withLock { $0.peers } }
    /// Subscriptions that stand.
    package var subscriberCount: Int { state.withLock { $0.subscribers.count - $0.ended } }

    /// Gives every subscriber a frame.
    package func publish(_ frame: ViewFrame) {
        for subscriber in state.withLock({ $0.subscribers }) { subscriber.yield(frame) }
    }

    package func endSubscriptions(throwing error: (any Error)? = nil) {
        for subscriber in state.withLock({ $0.subscribers }) { subscriber.finish(throwing: error) }
    }

    package func link(for peer: ControlPeer) -> any EngineLink {
        state.withLock { $0.peers.append(peer) }
        return self
    }

    package func view(_ query: ViewQuery) async throws -> ViewFrame {
        let content = state.withLock { state in
            state.queries.append(query)
            return state.content
        }
        return ViewFrame(status: .sample, content: try content(query))
    }

    package func subscribe(_ query: ViewQuery) async throws -> Frames {
        let (stream, continuation) = Frames.makeStream(bufferingPolicy: .bufferingNewest(1))
        let content = state.withLock { state in
            state.queries.append(query)
            return state.content
        }
        continuation.yield(ViewFrame(status: .sample, content: try content(query)))
        continuation.onTermination = { _ in self.state.withLock { $0.ended += 1 } }
        state.withLock { $0.subscribers.append(continuation) }
        return stream
    }

    package func preview(_ action: OperatorAction) async throws -> Preview {
        try state.withLock { $0.preview }(action)
    }

    package func perform(_ order: Order) async throws -> Receipt {
        let answer = state.withLock { state in
            state.orders.append(order)
            return state.answer
        }
        return try await answer(order)
    }

    package func importAccounts(csv: String, reason: String) async throws -> Receipt {
        state.withLock { $0.imports.append(csv) }
        return Receipt(number: 9, overrideID: nil, summary: "imported", affected: csv.utf8.count, notDone: [])
    }

    package func reload() async throws -> Receipt {
        state.withLock { $0.reloads += 1 }
        return Receipt(number: 10, overrideID: nil, summary: "configuration read again", affected: 0, notDone: [])
    }
}
