import Foundation
import Synchronization

/// The children that run, so that they end when the comparison is told to.
final class RunningChildren: Sendable {
    static let shared = RunningChildren()
    private let ids = Mutex<Set<pid_t>>([])

    func add(_ id: pid_t) {
        ids.withLock { _ = $0.insert(id) }
    }

    func remove(_ id: pid_t) {
        ids.withLock { _ = $0.remove(id) }
    }

    /// Ends the children and this process when it gets SIGINT or SIGTERM, after `cleanUp`.
    ///
    /// - Returns: what must be kept for as long as this is wanted.
    func endWithThisProcess(_ cleanUp: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                for id in ids.withLock({ $0 }) { kill(id, SIGTERM) }
                cleanUp()
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }
}
