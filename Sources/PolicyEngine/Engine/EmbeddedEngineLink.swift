import ControlProtocol
import Foundation
import Synchronization

/// An engine in this process, as one actor sees it: behind the control socket there is one for every peer, and the
/// demo's console holds one itself.
package struct EmbeddedEngineLink: EngineLink {
    let engine: Engine
    let actor: Actor

    private var views: EngineViews { engine.views }

    /// Everybody who is let in may look.
    private func requireViewer(_ what: String) async throws {
        try engine.subscriptions.requireRunning()
        try await engine.desk.require(.viewer, of: actor, verb: what, target: "engine", reason: "")
    }

    package func view(_ query: ViewQuery) async throws -> ViewFrame {
        try await requireViewer("view")
        return try await views.frame(query, for: actor)
    }

    package func subscribe(_ query: ViewQuery) async throws -> AsyncThrowingStream<ViewFrame, any Error> {
        try await requireViewer("subscribe")
        // What is wrong with the query is told now.
        let first = try await views.frame(query, for: actor)
        let (stream, continuation) = AsyncThrowingStream<ViewFrame, any Error>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        let views = views
        let actor = actor
        let task = Task {
            do {
                continuation.yield(first)
                while !Task.isCancelled {
                    let began = ContinuousClock.now
                    try await Task.sleep(for: Self.pause)
                    let frame = try await views.frame(query, for: actor)
                    continuation.yield(frame)
                    // A frame that is dear to make is made less often: at most a tenth of the time goes into it.
                    let took = ContinuousClock.now - began - Self.pause
                    if took > Self.pause / 10 { try await Task.sleep(for: took * 9) }
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        let subscriptions = engine.subscriptions
        let number = subscriptions.add {
            continuation.finish(throwing: Subscriptions.ended)
        }
        continuation.onTermination = { _ in
            task.cancel()
            subscriptions.remove(number)
        }
        return stream
    }

    /// Two frames a second are enough for figures that people read; the figures behind them are gathered no oftener.
    private static let pause = Duration.milliseconds(500)

    package func preview(_ action: OperatorAction) async throws -> Preview {
        try await requireViewer("preview")
        return try await ActionPreview(core: engine.core, desk: engine.desk).preview(action)
    }

    package func perform(_ order: Order) async throws -> Receipt {
        try engine.subscriptions.requireRunning()
        return try await engine.desk.perform(order, by: actor)
    }

    package func importAccounts(csv: String, reason: String) async throws -> Receipt {
        try await engine.desk.require(.admin, of: actor, verb: "import", target: "accounts", reason: reason)
        return try await engine.importAccounts(csv: csv, reason: reason, by: actor)
    }

    package func reload() async throws -> Receipt {
        try await engine.desk.require(.admin, of: actor, verb: "reload", target: "configuration", reason: "")
        return try await engine.reload(by: actor)
    }
}
