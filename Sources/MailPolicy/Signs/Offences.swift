/// What soils an account's record, which a promotion asks to be clean.
extension Gatekeeper {
    /// Milliseconds in which one offence of an account is enough for the store.
    private static let offencesWithin: Milliseconds = 600_000
    /// With a store that takes nothing they would grow for ever.
    private static let mostOffences = 100_000

    mutating func noteOffence(of account: Int32, at now: Moment) {
        let last = accounts[account].lastOffence
        accounts[account].lastOffence = now.wall
        guard last / Self.offencesWithin != now.wall / Self.offencesWithin, offences.count < Self.mostOffences else {
            return
        }
        offences.append((account, now.wall))
    }

    /// The offences since the last call, for the store.
    package mutating func takeOffences() -> [(account: Int32, at: Milliseconds)] {
        defer { offences = [] }
        return offences
    }
}
