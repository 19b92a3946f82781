import Synchronization

/// A pause that can be cut short.
final class Wake: Sendable {
    private struct State {
        var woken = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Ends the pause that is on, or shortens the next one.
    func wake() {
        let waiting = state.withLock { state in
            state.woken = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns after `atMost`, or after `atLeast` if woken, or when the task is cancelled.
    func wait(atLeast: Duration, atMost: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void) async {
        guard (try? await sleep(atLeast)) != nil, atMost > atLeast else { return clear() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await sleep(atMost - atLeast) }
            group.addTask { await self.woken() }
            await group.next()
            group.cancelAll()
        }
        clear()
    }

    private func clear() {
        state.withLock { $0.woken = false }
    }

    private func woken() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state in
                    if state.woken || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume()
        }
    }
}
