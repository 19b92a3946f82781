import MailAuthentication
import MailPolicy

/// The DNS through libunbound, behind a cache of our own.
///
/// An answer in the cache is returned without suspending. Any other question is handed to libunbound's one worker
/// thread; one more thread fetches the answers, and both serve any number of look-ups.
///
/// ```swift
/// var settings = ResolverSettings()
/// settings.servers = .forwarders([try ResolverServer(parsing: "127.0.0.1:53")])
/// let resolver = try UnboundResolver(settings)
/// let answer = await resolver.answer(to: Question("example.org", .txt))
/// ```
package final class UnboundResolver: Resolver {
    private let lookups: UnboundLookups

    /// - Parameter now: a clock for the cache, which never goes back. Time-outs go by the machine's own.
    /// - Throws: ``ResolverError``.
    package init(
        _ settings: ResolverSettings = ResolverSettings(),
        now: @escaping @Sendable () -> Milliseconds = { Milliseconds(monotonicNanoseconds() / 1_000_000) }
    ) throws(ResolverError) {
        lookups = try UnboundLookups(settings, now: now)
        try lookups.start()
    }

    deinit {
        lookups.shutDown()
    }

    package nonisolated(nonsending) func answer(to question: Question) async -> Answer {
        if let answer = lookups.cachedAnswer(to: question) { return answer }
        return await withCheckedContinuation { waiter in
            lookups.ask(question, waiter)
        }
    }

    /// The same, but that nothing is looked up any more once a time is over.
    nonisolated(nonsending) func answer(to question: Question, before deadline: UInt64) async -> Answer {
        if let answer = lookups.cachedAnswer(to: question) { return answer }
        guard monotonicNanoseconds() < deadline else { return lookups.outOfTime() }
        return await withCheckedContinuation { waiter in
            lookups.ask(question, waiter)
        }
    }

    /// For the look-ups of one message.
    package func limited(to span: Milliseconds) -> DeadlineResolver {
        DeadlineResolver(self, deadline: monotonicNanoseconds() + UInt64(max(span, 0)) * 1_000_000)
    }

    package var counters: ResolverCounters { lookups.counters }

    /// Answers all who wait, and all who still ask, with ``ResolverFailure/serverFailed``. The threads end by themselves.
    package func shutDown() {
        lookups.shutDown()
    }
}
