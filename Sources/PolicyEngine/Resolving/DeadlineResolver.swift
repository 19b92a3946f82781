import MailAuthentication

/// A resolver for the look-ups of one message, which together have so long and no longer: what is not in the cache by then
/// is ``ResolverFailure/timedOut``. One look-up that is on may still take its own time.
package struct DeadlineResolver: Resolver {
    private let resolver: UnboundResolver
    /// Of the monotonic clock, in nanoseconds.
    private let deadline: UInt64

    init(_ resolver: UnboundResolver, deadline: UInt64) {
        self.resolver = resolver
        self.deadline = deadline
    }

    package nonisolated(nonsending) func answer(to question: Question) async -> Answer {
        await resolver.answer(to: question, before: deadline)
    }
}
