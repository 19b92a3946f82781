import NIOCore

/// Ends a connection of a mail server from which nothing has come for long.
final class IdleWatch {
    private let timeout: TimeAmount
    private var lastRead = NIODeadline.now()
    private var check: Scheduled<Void>?

    init(timeout: TimeAmount) { self.timeout = timeout }

    /// Something has come.
    func heard() { lastRead = .now() }

    /// - Parameters:
    ///   - isWaiting: whether the mail server waits for an answer, and has nothing to say until then.
    ///   - close: is called once; not after ``stop()``.
    func start(on loop: NIOIsolatedEventLoop, unless isWaiting: @escaping () -> Bool, close: @escaping () -> Void) {
        look(on: loop, in: timeout, unless: isWaiting, close: close)
    }

    func stop() { check?.cancel() }

    private func look(
        on loop: NIOIsolatedEventLoop, in delay: TimeAmount, unless isWaiting: @escaping () -> Bool,
        close: @escaping () -> Void
    ) {
        check = loop.scheduleTask(in: delay) {
            let idle = NIODeadline.now() - self.lastRead
            if idle >= self.timeout, !isWaiting() {
                close()
            } else {
                self.look(on: loop, in: max(self.timeout - idle, .seconds(1)), unless: isWaiting, close: close)
            }
        }
    }
}
