/// Lets what waits for a carrier through at an even rate: a state machine that is told the time.
///
/// Places are `1 / rate` apart. One that nobody waited for is not saved up, so there is never a burst; one that is
/// given a little late does not move the next. A change of the rate acts on the next place.
package struct CarrierPacer: Sendable {
    package struct Waiter: Sendable, Equatable {
        package var ticket: UInt64
        package var since: Milliseconds
        package var deadline: Milliseconds
    }

    package enum Arrival: Sendable, Equatable {
        case passes
        /// It is told by ``advance(to:)``.
        case waits
        /// No place comes free in time; milliseconds from now at which one would, if the rate is not 0.
        case refused(freeIn: Milliseconds?)
    }

    package struct Outcome: Sendable, Equatable {
        package var ticket: UInt64
        package var passes: Bool
        package var waited: Milliseconds
    }

    /// Places a second.
    package private(set) var perSecond: Double
    /// The longest that one waits; those who wait already are held to a new one too.
    package var wait: Milliseconds {
        didSet {
            for index in waiters.indices { waiters[index].deadline = waiters[index].since + wait }
        }
    }
    /// First come, first served; those before `head` are gone.
    private var waiters: [Waiter] = []
    private var head = 0
    private var nextPlace: Double = -.infinity
    private var lastPlace: Double = -.infinity

    package init(perSecond: Double, wait: Milliseconds) {
        self.perSecond = Self.bounded(perSecond)
        self.wait = wait
    }

    /// What a rate may be: 0, or from one a day to a million a second.
    private static func bounded(_ perSecond: Double) -> Double {
        perSecond > 0 ? min(max(perSecond, 1 / 86_400), 1_000_000) : 0
    }

    package var waiting: Int { waiters.count - head }

    private var interval: Double { perSecond > 0 ? 1000 / perSecond : .infinity }

    package mutating func setRate(_ perSecond: Double) {
        self.perSecond = Self.bounded(perSecond)
        nextPlace = lastPlace.isFinite ? lastPlace + interval : lastPlace
    }

    package mutating func arrive(_ ticket: UInt64, at now: Milliseconds) -> Arrival {
        if waiting == 0, perSecond > 0, nextPlace <= Double(now) {
            give(place: Double(now))
            return .passes
        }
        // With the rate at 0 no place comes, but it can change while one waits.
        let expected = perSecond > 0 ? nextPlace + Double(waiting) * interval - Double(now) : 0
        guard expected <= Double(wait), wait > 0 else {
            return .refused(freeIn: perSecond > 0 ? Milliseconds(max(expected, 0).rounded(.up)) : nil)
        }
        waiters.append(Waiter(ticket: ticket, since: now, deadline: now + wait))
        return .waits
    }

    private mutating func give(place: Double) {
        lastPlace = place
        nextPlace = place + interval
    }

    /// A place that was due keeps its rhythm unless whoever gives it slept too long: what was missed is not made up for.
    private func duePlace(at now: Milliseconds) -> Double {
        Double(now) - nextPlace <= Self.lateness ? nextPlace : Double(now)
    }

    /// Milliseconds that a timer may be late without slowing the carrier down.
    private static let lateness = 20.0

    /// Gives the places that are due, and sends away those whose time is over.
    package mutating func advance(to now: Milliseconds) -> [Outcome] {
        var outcomes: [Outcome] = []
        while head < waiters.count {
            let waiter = waiters[head]
            if perSecond > 0, nextPlace <= Double(now) {
                give(place: duePlace(at: now))
                outcomes.append(Outcome(ticket: waiter.ticket, passes: true, waited: now - waiter.since))
            } else if waiter.deadline <= now {
                outcomes.append(Outcome(ticket: waiter.ticket, passes: false, waited: now - waiter.since))
            } else {
                break
            }
            head += 1
        }
        if head > 64, head * 2 > waiters.count {
            waiters.removeFirst(head)
            head = 0
        }
        return outcomes
    }

    /// When ``advance(to:)`` has something to do; `nil` while nobody waits.
    package var nextEvent: Milliseconds? {
        guard head < waiters.count else { return nil }
        guard perSecond > 0 else { return waiters[head].deadline }
        return min(Milliseconds(max(nextPlace, 0).rounded(.up)), waiters[head].deadline)
    }

    /// When the next place comes free, if nobody else takes it; `nil` while the rate is 0.
    package func expectedWait(at now: Milliseconds) -> Milliseconds? {
        guard perSecond > 0 else { return nil }
        return Milliseconds(max(nextPlace + Double(waiting) * interval - Double(now), 0).rounded(.up))
    }

    /// Its connection ended: the place goes to the next.
    /// - Returns: who left; `nil` where nobody waits under that ticket.
    @discardableResult
    package mutating func leave(_ ticket: UInt64) -> Waiter? {
        waiters[head...].firstIndex { $0.ticket == ticket }.map { waiters.remove(at: $0) }
    }
}
