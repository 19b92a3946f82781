/// How often a queue is read: the longer a reading takes, the less often, so that reading never takes more than a tenth
/// of a core.
struct ReadPace: Sendable, Equatable {
    /// From the start of one reading to the start of the next while reading is quick.
    var interval: Duration
    /// A reading may take one part in so many of the time.
    static let share = 10

    /// From the start of a reading that took so long to the start of the next.
    func pause(afterReading took: Duration) -> Duration {
        max(interval, took * Self.share)
    }

    /// The same after one that failed. It may have waited instead of worked, and somebody is mending it.
    func pause(afterFailure took: Duration) -> Duration {
        min(pause(afterReading: took), took + max(interval, Self.longestAfterFailure))
    }

    private static let longestAfterFailure: Duration = .seconds(300)
}
