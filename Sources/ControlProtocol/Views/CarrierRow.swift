/// One carrier: its throttle, what passes, what waits.
package struct CarrierRow: Codable, Sendable, Equatable, Identifiable {
    package var carrier: String
    package var domains: [String]
    /// Whitelisted source networks.
    package var networks: [String]
    /// The rate in the configuration, recipients a second.
    package var configuredPerSecond: Double
    /// The rate in force.
    package var ratePerSecond: Double
    /// Recipients that passed, a second, over the last 10 seconds.
    package var actualPerSecond: Double
    /// Requests that wait for a place now.
    package var waiting: Int
    package var passedLastHour: Int
    /// Answered 450 because no place came free in time, last hour.
    package var deferredLastHour: Int
    /// Recipients in the queue.
    package var queued: Int
    /// Of those, in the deferred queue.
    package var queueDeferred: Int
    package var overrides: [OverrideBadge]
    package var id: String { carrier }

    package init(
        carrier: String, domains: [String], networks: [String], configuredPerSecond: Double, ratePerSecond: Double,
        actualPerSecond: Double, waiting: Int, passedLastHour: Int, deferredLastHour: Int, queued: Int,
        queueDeferred:
            Int, overrides: [OverrideBadge]
    ) {
        self.carrier = carrier
        self.domains = domains
        self.networks = networks
        self.configuredPerSecond = configuredPerSecond
        self.ratePerSecond = ratePerSecond
        self.actualPerSecond = actualPerSecond
        self.waiting = waiting
        self.passedLastHour = passedLastHour
        self.deferredLastHour = deferredLastHour
        self.queued = queued
        self.queueDeferred = queueDeferred
        self.overrides = overrides
    }
}
