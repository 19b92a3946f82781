import Foundation

/// The `sekisho.toml` and the accounts of one test.
struct EngineConfiguration: Sendable {
    var unknownAccounts = "new"
    var newPlanLimits = ["10 messages per day"]
    /// Recipients a second to docomo.
    var docomoRate = 5.0
    /// Whitelisted networks of docomo.
    var docomoNetworks: [String] = []
    /// Limits of one source address at the mx gate.
    var sourceLimits = ["1000 messages per hour"]
    /// Unknown recipients in an hour after which a source is sent away.
    var harvestingAfter = 1_000
    var postqueue = ["/usr/sbin/postqueue"]
    /// What reaches postsuper; `-c` is added by the engine.
    var postsuper = ["/usr/sbin/postsuper"]
    /// The user that the engine runs as; `nil` is the one that runs the tests.
    var user: String?
    var accounts = Account.all
    /// What milters verify and sign with; `nil` for no milters.
    var authentication: Authentication?

    struct Authentication: Sendable {
        /// Address and port.
        var resolver: String
        var dmarc = "tag"
        /// Keys of isp.example by selector, as files.
        var keys: [String: String] = [:]
    }

    /// A line of the accounts CSV.
    struct Account: Sendable {
        var login: String
        var plan: String
        var addresses: [String] = []

        /// A sign-up of today, with ten messages a day.
        static let yamada = Account(login: "yamada@isp.example", plan: "new")
        /// For years a customer, limits that no test reaches.
        static let tanaka = Account(login: "tanaka@isp.example", plan: "regular", addresses: ["info@shop.example"])
        static let sato = Account(login: "sato@isp.example", plan: "regular")
        static let all = [yamada, tanaka, sato]
    }

    func accountsFile() -> String {
        let today = Date().formatted(.iso8601.year().month().day())
        return "login,plan,signed_up,addresses,name\n"
            + accounts.map { account in
                let signedUp = account.plan == "new" ? today : "2019-04-01"
                return "\(account.login),\(account.plan),\(signedUp),\(account.addresses.joined(separator: " ")),\n"
            }.joined()
    }

    func file(in folder: TemporaryFolder) -> String {
        """
        time_zone = "Asia/Tokyo"
        domains = ["isp.example"]
        contact = "abuse@isp.example, +81 3 0000 0000"

        [[listen]]
        path = "\(folder[EnginePaths.policySocket])"
        mode = "0666"

        [control]
        socket = "\(folder[EnginePaths.controlSocket])"
        mode = "0666"
        roles = { viewer = ["nogroup"], admin = ["root"] }

        [store]
        path = "\(folder[EnginePaths.store])"

        [log]
        format = "logfmt"
        decisions = "all"

        [accounts]
        directory = "\(folder[EnginePaths.accounts])"
        unknown = "\(unknownAccounts)"

        [plans.new]
        limits = \(newPlanLimits)

        [plans.regular]
        limits = ["100000 messages per day"]

        [carriers.docomo]
        domains = ["docomo.ne.jp"]
        networks = \(docomoNetworks)
        rate = \(docomoRate)
        wait = "30s"

        [mx]
        address_limits = \(sourceLimits)
        network_limits = ["100000 messages per hour"]
        harvesting_after = \(harvestingAfter)

        [queue]
        every = "1s"
        postqueue = \(postqueue)
        postsuper = \(postsuper)

        [[queue.instances]]
        name = "mail"
        directory = "\(folder["postfix"])"

        """ + (authentication.map { milters(in: folder, $0) } ?? "")
    }

    private func milters(in folder: TemporaryFolder, _ authentication: Authentication) -> String {
        let keys = authentication.keys.sorted { $0.key > $1.key }.map { selector, file in
            """

            [[sign]]
            domain = "isp.example"
            selector = "\(selector)"
            key = "\(file)"

            """
        }
        return """

            [[milter]]
            path = "\(folder[EnginePaths.verifySocket])"
            mode = "0666"
            does = "verify"

            [[milter]]
            path = "\(folder[EnginePaths.signSocket])"
            mode = "0666"
            does = "sign"

            [authentication]
            authserv_id = "mx.isp.example"
            resolver = ["\(authentication.resolver)"]
            resolver_timeout = "1s"
            dmarc = "\(authentication.dmarc)"
            own_networks = []

            """ + keys.joined()
    }
}
