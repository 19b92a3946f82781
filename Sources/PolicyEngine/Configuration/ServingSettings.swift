import MailPolicy

/// `[engine]`: how requests are served, and how much is remembered of them.
package struct ServingSettings: Sendable, Equatable {
    package var eventLoops: Int
    /// Threads that look at the messages which milters are shown.
    package var milterLoops: Int
    /// Over all listeners together.
    package var maxConnections: Int
    /// A connection on which nothing was asked for so long is closed. Postfix itself closes after 300 s
    /// (`smtpd_policy_service_max_idle`).
    package var idleTimeout: Milliseconds
    /// A request that has begun must be complete within this.
    package var requestTimeout: Milliseconds
    /// Verdicts kept with their explanation, whatever they were.
    package var verdictsKept: Int
    /// Refused ones, which are kept for a day, but no more than this.
    package var refusedKept: Int

    package init(
        eventLoops: Int = 1, milterLoops: Int = 2, maxConnections: Int = 10_000, idleTimeout: Milliseconds = 3_600_000,
        requestTimeout: Milliseconds = 30_000, verdictsKept: Int = 50_000, refusedKept: Int = 1_000_000
    ) {
        self.eventLoops = eventLoops
        self.milterLoops = milterLoops
        self.maxConnections = maxConnections
        self.idleTimeout = idleTimeout
        self.requestTimeout = requestTimeout
        self.verdictsKept = verdictsKept
        self.refusedKept = refusedKept
    }
}

extension ServingSettings {
    init(reading section: ConfigurationSection) {
        let standard = ServingSettings()
        self.init(
            eventLoops: section.count("event_loops", default: standard.eventLoops, in: 1...256),
            milterLoops: section.count("milter_loops", default: standard.milterLoops, in: 1...256),
            maxConnections: section.count("max_connections", default: standard.maxConnections, in: 1...1_000_000),
            idleTimeout: section.duration(
                "idle_timeout", default: standard.idleTimeout, in: 1000...7 * 86_400_000),
            requestTimeout: section.duration(
                "request_timeout", default: standard.requestTimeout, in: 1000...3_600_000),
            verdictsKept: section.count("verdicts_kept", default: standard.verdictsKept, in: 100...10_000_000),
            refusedKept: section.count("refused_kept", default: standard.refusedKept, in: 0...50_000_000))
        section.finish()
    }
}
