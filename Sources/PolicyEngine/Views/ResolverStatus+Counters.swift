import ControlProtocol

extension ResolverStatus {
    init(_ counters: ResolverCounters) {
        self.init(
            asked: counters.asked, fromCache: counters.fromCache, inFlight: counters.inFlight,
            timedOut: counters.timedOut, serverFailed: counters.serverFailed, refused: counters.refused,
            bogus: counters.bogus, malformed: counters.malformed, turnedAway: counters.turnedAway)
    }
}
