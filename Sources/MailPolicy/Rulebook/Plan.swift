/// A named set of limits that accounts share.
package struct Plan: Sendable, Equatable {
    package enum WhenOver: String, Sendable, CaseIterable {
        /// `450 4.7.1` with the time at which it is free again.
        case `defer`
        /// Accepted, and held in the queue for an operator.
        case hold
    }

    package var name: String
    package var limits: [Limit]
    package var whenOver: WhenOver
    /// Whether MAIL FROM:<> is allowed.
    package var allowsNullSender: Bool
    package var promotion: Promotion?

    package init(
        name: String, limits: [Limit], whenOver: WhenOver = .defer, allowsNullSender: Bool = false,
        promotion: Promotion? = nil
    ) {
        self.name = name
        self.limits = limits
        self.whenOver = whenOver
        self.allowsNullSender = allowsNullSender
        self.promotion = promotion
    }
}

/// How accounts leave a plan by themselves: old enough, and with a clean record for long enough.
///
/// A record is clean while the account was not suspended, did not use somebody else's address and showed no sign of
/// being stolen.
package struct Promotion: Sendable, Equatable {
    package var plan: String
    /// Age since sign-up.
    package var age: Milliseconds
    /// Time since the last offence.
    package var clean: Milliseconds

    package init(to plan: String, age: Milliseconds, clean: Milliseconds) {
        self.plan = plan
        self.age = age
        self.clean = clean
    }
}
