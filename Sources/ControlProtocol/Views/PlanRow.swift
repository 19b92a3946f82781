/// A plan with its limits in force.
package struct PlanRow: Codable, Sendable, Equatable, Identifiable {
    package var plan: String
    package var limits: [String]
    package var accounts: Int
    /// `defer` or `hold`.
    package var whenOver: String
    package var overrides: [OverrideBadge]
    package var id: String { plan }

    package init(plan: String, limits: [String], accounts: Int, whenOver: String, overrides: [OverrideBadge]) {
        self.plan = plan
        self.limits = limits
        self.accounts = accounts
        self.whenOver = whenOver
        self.overrides = overrides
    }
}
