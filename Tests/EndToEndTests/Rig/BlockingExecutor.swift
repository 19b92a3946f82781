import Dispatch

/// Runs an actor's work on a thread of its own choosing, where it may block: sockets, processes and polls must not
/// hold the threads that the tests share.
final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(_ name: String) {
        queue = DispatchQueue(label: name)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let work = UnownedJob(job)
        queue.async { work.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
