/// A span of time in milliseconds.
package typealias Milliseconds = Int64

/// The time of a decision, handed in by whoever asks.
///
/// Rolling periods are measured on ``steady``, which no clock step can bend; calendar periods, and every time that
/// a person reads, on ``wall``.
package struct Moment: Sendable, Equatable, Hashable {
    /// Milliseconds on a timeline that never steps. Its zero is near 1970 so that it can be stored, but only
    /// differences mean something.
    package var steady: Milliseconds
    /// Milliseconds since 1970-01-01T00:00:00Z by the machine's clock, as wrong as that is.
    package var wall: Milliseconds

    package init(steady: Milliseconds, wall: Milliseconds) {
        self.steady = steady
        self.wall = wall
    }

    /// A moment at which both clocks agree.
    package init(_ milliseconds: Milliseconds) { self.init(steady: milliseconds, wall: milliseconds) }

    /// The wall time of a point on the steady timeline, by today's difference of the two.
    package func wall(atSteady point: Milliseconds) -> Milliseconds { point - steady + wall }

    /// The point on the steady timeline of a wall time, by today's difference of the two.
    package func steady(atWall time: Milliseconds) -> Milliseconds { time - wall + steady }

    package func advanced(by span: Milliseconds) -> Moment { Moment(steady: steady + span, wall: wall + span) }
}
