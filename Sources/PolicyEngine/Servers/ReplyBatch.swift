import NIOCore

/// What has written replies that are not sent yet.
protocol BatchedReplies: AnyObject {
    func flushReplies()
}

/// The replies of one event loop that go out together, once all requests that had arrived are decided.
///
/// Each write to a socket may wake a reader, which costs more than the decision. When many ask at a time, writing after
/// the last decision lets the readers run while the loop rests, instead of waking one for each reply.
final class ReplyBatch<Handler: BatchedReplies> {
    private let loop: NIOIsolatedEventLoop
    private var waiting: [Handler] = []

    init(loop: any EventLoop) { self.loop = loop.assumeIsolated() }

    /// Flushes what the handler has written when this turn of the loop has handled all that was ready.
    func add(_ handler: Handler) {
        waiting.append(handler)
        if waiting.count == 1 { loop.execute { self.flush() } }
    }

    private func flush() {
        // A flush may close a channel, but it adds nobody: that takes another read.
        for handler in waiting { handler.flushReplies() }
        waiting.removeAll(keepingCapacity: true)
    }
}
