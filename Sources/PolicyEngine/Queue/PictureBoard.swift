import ControlProtocol
import Synchronization

/// Holds the newest picture and hands it to those who wait. Shared by the queues behind ``MailQueue``.
package final class PictureBoard: Sendable {
    private struct State {
        var newest = QueuePicture()
        var readers: [Int: AsyncStream<QueuePicture>.Continuation] = [:]
        var nextReader = 0
        var finished = false
    }

    private let state = Mutex(State())

    package init() {}

    package var newest: QueuePicture { state.withLock { $0.newest } }

    /// Changes the picture, gives it the next number and hands it on.
    package func publish(_ change: (inout QueuePicture) -> Void) {
        let (picture, readers) = state.withLock { state in
            change(&state.newest)
            state.newest.number += 1
            return (state.newest, Array(state.readers.values))
        }
        for reader in readers { reader.yield(picture) }
    }

    /// ``MailQueue/pictures()``.
    package func pictures() -> AsyncStream<QueuePicture> {
        let (stream, continuation) = AsyncStream.makeStream(of: QueuePicture.self, bufferingPolicy: .bufferingNewest(1))
        let reader = state.withLock { state -> Int? in
            continuation.yield(state.newest)
            guard !state.finished else { return nil }
            state.nextReader += 1
            state.readers[state.nextReader] = continuation
            return state.nextReader
        }
        guard let reader else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.readers.removeValue(forKey: reader) }
        }
        return stream
    }

    package func finish() {
        let readers = state.withLock { state in
            state.finished = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }
}
