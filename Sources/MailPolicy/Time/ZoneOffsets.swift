/// The offsets of a time zone from UTC, as a plain table, so that calendar limits need no Foundation.
package struct ZoneOffsets: Sendable, Equatable {
    /// From `from` (milliseconds since 1970, UTC) on, local time is UTC plus `seconds`.
    package struct Transition: Sendable, Equatable {
        package var from: Milliseconds
        package var seconds: Int
        /// `JST`, `CEST`, …
        package var abbreviation: String

        package init(from: Milliseconds, seconds: Int, abbreviation: String) {
            self.from = from
            self.seconds = seconds
            self.abbreviation = abbreviation
        }
    }

    /// IANA name.
    package let name: String
    /// In order of time, never empty; the first is taken to reach back for ever.
    package let transitions: [Transition]

    package static let utc = ZoneOffsets(
        name: "UTC", first: Transition(from: 0, seconds: 0, abbreviation: "UTC"), later: [])

    package init(name: String, first: Transition, later: [Transition]) {
        self.name = name
        transitions = [first] + later
    }

    package func transition(at wall: Milliseconds) -> Transition {
        var found = transitions[0]
        for transition in transitions.dropFirst() where transition.from <= wall { found = transition }
        return found
    }

    package func offset(at wall: Milliseconds) -> Milliseconds { Milliseconds(transition(at: wall).seconds) * 1000 }

    /// The UTC time of a local one. In the hour that a change of the clocks repeats it is the first of the two; in the
    /// hour that it skips, the time of the change.
    package func utc(ofLocal local: Milliseconds) -> Milliseconds {
        let before = local - offset(at: local - 86_400_000)
        if offset(at: before) == local - before { return before }
        let after = local - offset(at: local + 86_400_000)
        if offset(at: after) == local - after { return after }
        for transition in transitions where transition.from > min(before, after) { return transition.from }
        return after
    }
}
