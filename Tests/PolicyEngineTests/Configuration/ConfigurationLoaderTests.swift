import Foundation
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite struct ConfigurationLoaderTests {
    @Test func theLeastConfigurationHasTheDefaultsOfTheTypes() throws {
        let configuration = try ConfigurationText.parse(ConfigurationText.least)
        let plan = Plan(name: "new", limits: [Limit(10, .messages, per: .rolling(86_400_000))])
        var expected = EngineConfiguration(rulebook: Rulebook(plans: [plan]))
        expected.control.roles = [.viewer: [], .abuse: [], .oncall: [], .admin: []]
        #expect(configuration == expected)
    }

    @Test func everySectionArrivesInItsValue() throws {
        let text = """
            time_zone = "Asia/Tokyo"
            domains = ["ISP.example", "shop.example"]
            contact = "+81-3-0000-0000"
            bulk_service = "https://isp.example/bulk"
            bulk_service_after_days = 2

            [[listen]]
            path = "/run/sekisho/policy.sock"
            mode = "0666"
            group = "postfix"

            [[listen]]
            address = "[::1]:10040"
            gate = "mx"

            [accounts]
            directory = "accounts.csv"
            unknown = "refuse"
            sign_up_plan = "new"
            subaddress_delimiter = "+"

            [submission]
            commit = "recipient"
            reservation_timeout = "5 minutes"

            [plans.new]
            limits = ["10 messages per day"]
            promote = { to = "regular", after = "30d", clean = "7d" }
            [plans.regular]
            limits = ["500 recipients per hour", "200 MB per calendar day"]
            over = "hold"
            null_sender = true

            [signs]
            networks_per_hour = 9
            times_own_past = 2.5
            response = "suspend"
            suspend_for = "12h"

            [mx]
            address_limits = ["60 messages per minute"]
            harvesting_after = 50
            block = ["192.0.2.0/24"]
            [mx.weights]
            forged_sender = 7

            [carriers.docomo]
            domains = ["docomo.ne.jp"]
            networks = ["198.51.100.0/24"]
            rate = 2.5
            wait = "20s"
            accept = ["1000 recipients per minute"]
            recipients_per_message = 100
            message_size = "3 MB"

            [engine]
            event_loops = 2
            idle_timeout = "10m"
            [control]
            socket = "control.sock"
            [control.roles]
            oncall = ["mailops"]
            [store]
            path = "db/sekisho.db"
            [log]
            format = "json"
            to = "syslog"
            [queue]
            every = "5s"
            postsuper = "/usr/sbin/postsuper"
            [[queue.instances]]
            name = "out"
            directory = "/etc/postfix-out"
            """
        let configuration = try ConfigurationLoader.parse(
            Array(text.utf8), file: "/etc/sekisho/sekisho.toml", now: ConfigurationText.now)
        let rules = configuration.rulebook
        #expect(rules.zone.offset(at: ConfigurationText.now) == 9 * 3_600_000)
        #expect(rules.zone.transition(at: ConfigurationText.now).abbreviation == "JST")
        #expect(rules.ownDomains == ["isp.example", "shop.example"])
        #expect(rules.contact == "+81-3-0000-0000")
        #expect(rules.bulkService == "https://isp.example/bulk" && rules.overDaysForBulkService == 2)
        #expect(
            configuration.listeners == [
                ListenerSettings(
                    endpoint: .unix(SocketFile(path: "/run/sekisho/policy.sock", mode: 0o666, group: "postfix"))),
                ListenerSettings(endpoint: .tcp(host: "::1", port: 10040), gate: .mx),
            ])
        #expect(configuration.directory == "/etc/sekisho/accounts.csv")
        #expect(rules.unknownAccounts == .refuse && rules.subaddressDelimiter == "+")
        #expect(rules.commitPoint == .recipient && rules.reservationTimeout == 300_000)
        #expect(rules.plans.map(\.name) == ["new", "regular"])
        #expect(rules.plans[0].promotion == Promotion(to: "regular", age: 30 * 86_400_000, clean: 7 * 86_400_000))
        #expect(rules.plans[1].limits.map(\.description) == ["500 recipients per hour", "200 MB per calendar day"])
        #expect(rules.plans[1].whenOver == .hold && rules.plans[1].allowsNullSender)
        #expect(rules.signs.networksPerHour == 9 && rules.signs.timesItsOwnPast == 2.5)
        #expect(rules.signs.response == .suspend && rules.signs.suspendFor == 43_200_000)
        #expect(rules.sources.harvestingAfter == 50 && rules.sources.weights.forgedSender == 7)
        #expect(rules.sources.blocked.map(\.description) == ["192.0.2.0/24"])
        let carrier = try #require(rules.carriers.first)
        #expect(carrier.perSecond == 2.5 && carrier.wait == 20_000 && carrier.messageBytes == 3_000_000)
        #expect(carrier.recipientsPerMessage == 100 && carrier.networks.map(\.description) == ["198.51.100.0/24"])
        #expect(carrier.acceptLimits == [Limit(1000, .recipients, per: .rolling(60_000))])
        #expect(configuration.engine.eventLoops == 2 && configuration.engine.idleTimeout == 600_000)
        #expect(configuration.control.socket.path == "/etc/sekisho/control.sock")
        #expect(configuration.control.roles[.oncall] == ["mailops"])
        #expect(configuration.store.path == "/etc/sekisho/db/sekisho.db")
        #expect(configuration.log.format == .json && configuration.log.target == .syslog)
        #expect(configuration.queue.every == 5000 && configuration.queue.postsuper == ["/usr/sbin/postsuper"])
        #expect(configuration.queue.instances == [QueueSettings.Instance(name: "out", directory: "/etc/postfix-out")])
    }

    @Test func plansAndCarriersKeepTheOrderOfTheFile() throws {
        let configuration = try ConfigurationText.parse(
            """
            [plans.zz]
            limits = []
            [plans.new]
            limits = []
            [carriers.softbank]
            domains = ["softbank.ne.jp"]
            rate = 1
            [carriers.au]
            domains = ["au.com"]
            rate = 1
            """)
        #expect(configuration.rulebook.plans.map(\.name) == ["zz", "new"])
        #expect(configuration.rulebook.carriers.map(\.name) == ["softbank", "au"])
    }

    @Test func aFileThatIsNotThereIsNamed() {
        #expect {
            try ConfigurationLoader.load(file: "/nonexistent/sekisho.toml", now: 0)
        } throws: { error in
            "\(error)" == "/nonexistent/sekisho.toml: it cannot be read: No such file or directory"
        }
    }

    @Test func zonesWithClockChangesHaveThemInTheTable() throws {
        let zone = try #require(ZoneOffsets(ianaName: "Europe/Berlin", around: ConfigurationText.now))
        // 2026-10-25T01:00:00Z, back to winter time.
        let change: Milliseconds = 1_792_890_000_000
        #expect(zone.offset(at: change - 1) == 7_200_000)
        #expect(zone.offset(at: change) == 3_600_000)
        #expect(zone.transitions.count >= 7)
        #expect(zone.transition(at: change).abbreviation == "CET")
    }

    @Test func theKnownKeysAreThoseThatAreRead() {
        let keys = ConfigurationLoader.knownKeys
        #expect(keys.isSuperset(of: ["time_zone", "listen[].gate", "plans.*.promote.after", "carriers.*.rate"]))
        #expect(keys.isSuperset(of: ["mx.weights.blocked", "queue.instances[].name", "control.roles.abuse"]))
        #expect(!keys.contains { $0.contains("0") })
    }

    @Test func aDomainThatIsWrittenAsItIsReadIsTheOneThatTheDNSHolds() throws {
        let rules = try ConfigurationText.parse("domains = [\"例え.example\"]\n" + ConfigurationText.least).rulebook
        #expect(rules.ownDomains == ["xn--r8jz45g.example"])
    }
}
