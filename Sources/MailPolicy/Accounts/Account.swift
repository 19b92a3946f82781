/// What the gates know of one account; its login is in the table, its counts in the bank.
package struct Account: Sendable {
    /// Wall time of sign-up, or of when it was first seen.
    package var signedUp: Milliseconds
    /// Wall time at which its record was soiled last; `.min` if never.
    package var lastOffence: Milliseconds = .min
    /// The plan that the directory gives it, as an index of the rulebook's plans.
    package var assignedPlan: Int32
    package var activity: Int32 = -1
    /// The override that suspends it, or 0.
    package var suspension: Int64 = 0
    package var inDirectory: Bool
    /// The directory had it once, and bounds how many there are of those.
    package var hasLeft = false
    package var suspensionHolds = false
    /// Whether overrides set limits of its own.
    package var hasOwnLimits = false
    /// Numbers of its listed addresses in the address book.
    package var addresses: [Int32] = []

    package init(signedUp: Milliseconds, assignedPlan: Int32, inDirectory: Bool) {
        self.signedUp = signedUp
        self.assignedPlan = assignedPlan
        self.inDirectory = inDirectory
    }
}
