import ArgumentParser

/// The configuration and the accounts that the benchmark runs Sekisho with: all text that depends on their form is here.
enum BenchConfiguration {
    /// As deployed: the store and the explanations are on, and each account has limits on messages, recipients and bytes
    /// (high enough that they are counted and not reached).
    static func toml(
        policySocket: String, controlSocket: String, directory: String, store: String, decisions: LoggedDecisions
    ) -> String {
        """
        time_zone = "Asia/Tokyo"
        domains = ["isp.example"]

        [[listen]]
        path = "\(policySocket)"

        [control]
        socket = "\(controlSocket)"

        [store]
        path = "\(store)"

        [accounts]
        directory = "\(directory)"
        unknown = "refuse"
        sign_up_plan = "new"

        [plans.new]
        limits = ["10 messages per day"]

        [plans.\(plan)]
        limits = ["1000000 messages per day", "5000000 recipients per day", "1000 GB per calendar day"]

        [mx]
        address_limits = ["1000000 messages per hour"]
        network_limits = ["5000000 messages per hour"]
        kept = 1000000

        [log]
        decisions = "\(decisions.rawValue)"

        [engine]
        event_loops = 1

        """
    }

    /// Which decisions are logged, one line each.
    enum LoggedDecisions: String, CaseIterable, ExpressibleByArgument {
        case all, refused, none
    }

    private static let plan = "regular"

    /// The header of the accounts, and the line of one of those that `load` uses.
    static let accountsHeader = "login,plan,signed_up,addresses,name\n"

    static func accountsLine(_ number: Int) -> String {
        "user\(number)@isp.example,\(plan),2020-04-01,,\n"
    }
}
