import ControlProtocol
import Synchronization

/// Who is to be told when the engine stops.
final class Subscriptions: Sendable {
    private struct State {
        var isOver = false
        var next = 0
        var ends: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())
    static let ended = ControlError.unreachable("the engine has stopped")

    /// - Throws: ``ControlError`` when the engine has stopped.
    func requireRunning() throws(ControlError) {
        if state.withLock({ $0.isOver }) { throw Self.ended }
    }

    /// - Parameter end: called once, at once where the engine has stopped already.
    func add(_ end: @escaping @Sendable () -> Void) -> Int {
        let number: Int? = state.withLock { state in
            guard !state.isOver else { return nil }
            state.next += 1
            state.ends[state.next] = end
            return state.next
        }
        guard let number else {
            end()
            return 0
        }
        return number
    }

    func remove(_ number: Int) {
        _ = state.withLock { $0.ends.removeValue(forKey: number) }
    }

    func end() {
        let ends = state.withLock { state in
            state.isOver = true
            defer { state.ends = [:] }
            return state.ends
        }
        for end in ends.values { end() }
    }
}
