import Glibc
import MailPolicy
import Testing

@testable import PolicyEngine

/// What a person is told about a configuration that is wrong.
@Suite struct ConfigurationProblemTests {
    private let plans = ConfigurationText.least

    @Test func anUnknownKeyIsNamedWithTheNearestKnownOne() {
        #expect(
            ConfigurationText.problems("[engine]\nevnt_loops = 2\n" + plans) == [
                "sekisho.toml:2: engine.evnt_loops: unknown key. Did you mean event_loops?"
            ])
        #expect(
            ConfigurationText.problems(plans + "[storage]\n").first
                == "sekisho.toml:3: storage: unknown key. Did you mean store?")
        let far = ConfigurationText.problems(plans + "qqqqqqqq = 1\n")
        #expect(
            far == ["sekisho.toml:3: plans.new.qqqqqqqq: unknown key. Known here: limits, null_sender, over, promote"])
    }

    @Test func aWrongTypeSaysWhatItIsAndWhatItMustBe() {
        #expect(
            ConfigurationText.problems("[engine]\nevent_loops = \"two\"\n" + plans) == [
                "sekisho.toml:2: engine.event_loops: it is a text, but must be a whole number"
            ])
        #expect(
            ConfigurationText.problems("domains = [\"a.example\",\n  5]\n" + plans) == [
                "sekisho.toml:2: domains[1]: it is a whole number, but must be a text in quotes"
            ])
        #expect(
            ConfigurationText.problems("plans = 3") == [
                "sekisho.toml:1: plans: it is a whole number, but must be a table of tables: [plans.NAME]",
                "sekisho.toml:1: plans: there is no plan. Write at least [plans.new] with its limits",
            ])
    }

    @Test(arguments: [
        "[plans.new]\nlimits = [\"-10 messages per day\"]", "[plans.new]\nlimits = [\"10 parcels per day\"]",
        "[plans.new]\nlimits = [\"10 messages\"]", "[plans.new]\nlimits = [\"10 messages per fortnight\"]",
    ])
    func aLimitThatCannotBeReadIsQuotedWithItsLine(_ text: String) {
        let problems = ConfigurationText.problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("sekisho.toml:2: plans.new.limits[0]: \"") == true)
        #expect(problems.first?.contains("Write a quantity, a unit and a period") == true)
    }

    @Test(arguments: [
        ("[[listen]]\npath = \"/a\"\n", "listen[0]"), ("[[milter]]\ndoes = \"sign\"\npath = \"/a\"\n", "milter[0]"),
        ("[control]\n", "control"),
    ])
    func aSocketsGroupMustBeKnownToTheHostThatServesIt(_ section: String, _ key: String) throws {
        let text = plans + section + "group = \"no-such-group\"\n"
        let line = text.split(separator: "\n").count
        #expect(
            ConfigurationText.problems(text, unknownGroups: .refused) == [
                "sekisho.toml:\(line): \(key).group: there is no group \"no-such-group\" on this host. Create it (groupadd --system no-such-group), or name another"
            ])
        #expect(ConfigurationText.problems(text) == [])
        let checked = try ConfigurationText.parse(text, unknownGroups: .warned)
        #expect(checked.warnings.map(\.line) == [line])
        let own = String(cString: try #require(getgrgid(getgid())).pointee.gr_name)
        #expect(
            ConfigurationText.problems(text.replacing("no-such-group", with: own), unknownGroups: .refused) == [])
    }

    @Test func aNegativeRateIsRefused() {
        let text = plans + "[carriers.docomo]\ndomains = [\"docomo.ne.jp\"]\nrate = -1\n"
        #expect(
            ConfigurationText.problems(text) == [
                "sekisho.toml:5: carriers.docomo.rate: -1 is negative. It may be 0 to 100000"
            ])
    }

    @Test func aRateThatIsNoNumberIsRefused() {
        let text = plans + "[carriers.docomo]\ndomains = [\"docomo.ne.jp\"]\nrate = nan\n"
        #expect(ConfigurationText.problems(text).count == 1)
    }

    @Test func aPlanThatIsNotThereIsNamed() {
        #expect(
            ConfigurationText.problems(
                "[accounts]\nsign_up_plan = \"nwe\"\n[plans.new]\nlimits = []\npromote = { to = \"regluar\" }\n"
                    + "[plans.regular]\nlimits = []\n") == [
                    "sekisho.toml:2: accounts.sign_up_plan: there is no plan \"nwe\". Did you mean \"new\"?",
                    "sekisho.toml:5: plans.new.promote.to: there is no plan \"regluar\". Did you mean \"regular\"?",
                ])
    }

    @Test func promotionsThatGoInACircleAreShown() {
        let text = """
            [plans.new]
            promote = { to = "a" }
            [plans.a]
            promote = { to = "b" }
            [plans.b]
            promote = { to = "a" }
            """
        #expect(
            ConfigurationText.problems(text) == [
                "sekisho.toml:4: plans.a.promote.to: promotions go in a circle: a → b → a. End it at one of them"
            ])
        let selfish = ConfigurationText.problems("[plans.new]\npromote = { to = \"new\" }")
        #expect(selfish.first?.contains("new → new") == true)
    }

    @Test func twoCarriersThatClaimADomainAreBothNamedWithTheirLines() {
        let text = """
            [plans.new]
            [carriers.au]
            domains = ["ezweb.ne.jp", "au.com"]
            rate = 1
            [carriers.softbank]
            domains = [
              "softbank.ne.jp",
              "AU.com",
            ]
            rate = 1
            """
        #expect(
            ConfigurationText.problems(text) == [
                "sekisho.toml:8: carriers.softbank.domains[1]: au.com is claimed by softbank and by au (line 3). "
                    + "A domain belongs to one carrier: take it out of one of them"
            ])
    }

    @Test func carriersWhoseNetworksOverlapAreRefused() {
        let text = """
            [plans.new]
            [carriers.au]
            domains = ["au.com"]
            networks = ["192.0.2.0/24"]
            rate = 1
            [carriers.docomo]
            domains = ["docomo.ne.jp"]
            networks = ["192.0.0.0/16", "198.51.100.7/24"]
            rate = 1
            """
        let problems = ConfigurationText.problems(text)
        #expect(problems.count == 2)
        #expect(problems.contains { $0.contains("192.0.0.0/16 overlaps with 192.0.2.0/24 of au (line 4)") })
        #expect(problems.contains { $0.contains("the network is 198.51.100.0/24") })
    }

    @Test func aNetworkThatIsBothBlockedAndWhitelistedIsRefused() {
        let text = plans + "[mx]\nwhitelist = [\"192.0.2.9\"]\nblock = [\"192.0.2.9\", \"192.0.2.0/24\"]\n"
        let problems = ConfigurationText.problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("sekisho.toml:5: mx.block[0]: 192.0.2.9 is blocked, and whitelisted") == true)
        // The narrower decides, as it does for overrides.
        let narrower = plans + "[mx]\nwhitelist = [\"192.0.2.0/24\"]\nblock = [\"192.0.2.9\"]\n"
        #expect(ConfigurationText.problems(narrower) == [])
    }

    @Test func aSourceHasNoLimitOnBytes() {
        let problems = ConfigurationText.problems(plans + "[mx]\naddress_limits = [\"10 MB per hour\"]\n")
        #expect(problems.count == 1 && problems.first?.contains("mx.address_limits[0]") == true)
    }

    @Test func aWhitelistedHoleInABlockIsFine() {
        let text = plans + "[mx]\nblock = [\"192.0.2.0/24\"]\nwhitelist = [\"192.0.2.9\"]\n"
        #expect(ConfigurationText.problems(text).isEmpty)
    }

    @Test func twoListenersOnOneSocketAreRefused() {
        let text = plans + "[[listen]]\naddress = \"127.0.0.1:10040\"\n[[listen]]\naddress = \"127.0.0.1:10040\"\n"
        #expect(
            ConfigurationText.problems(text) == [
                "sekisho.toml:5: listen[1]: 127.0.0.1:10040 is listened on already (line 3). "
                    + "Each [[listen]] and [[milter]] needs a socket of its own"
            ])
    }

    @Test func aListenerNeedsASocketAndAGateThatThereIs() {
        let text = plans + "[[listen]]\ngate = \"outbuond\"\n"
        #expect(
            ConfigurationText.problems(text) == [
                "sekisho.toml:3: listen[0]: it needs either path (a UNIX socket) or address (TCP), and not both",
                "sekisho.toml:4: listen[0].gate: \"outbuond\" is not among its words. Did you mean \"outbound\"? "
                    + "It may be \"submission\", \"outbound\" or \"mx\"",
            ])
    }

    @Test(arguments: ["localhost:25", "127.0.0.1", "::1:25", "[127.0.0.1]:25", "127.0.0.1:65536", "127.0.0.1:+5"])
    func anAddressThatIsNoneIsRefused(_ address: String) {
        let problems = ConfigurationText.problems(plans + "[[listen]]\naddress = \"\(address)\"\n")
        #expect(problems.count == 1)
        #expect(problems.first?.contains("\"\(address)\" is no address with a port") == true)
    }

    @Test func anUnknownTimeZoneIsNamed() {
        #expect(
            ConfigurationText.problems("time_zone = \"Asia/Toyko\"\n" + plans) == [
                "sekisho.toml:1: time_zone: \"Asia/Toyko\" is no time zone. Write an IANA name such as \"Asia/Tokyo\""
            ])
    }

    @Test func aSyntaxErrorHasLineAndColumn() {
        let problems = ConfigurationText.problems("[plans.new]\nlimits = [\"10 messages per day\"\nover = 3\n")
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("sekisho.toml:3:") == true)
        #expect(problems.first?.contains("no valid TOML") == true)
    }

    @Test func bytesThatAreNoTextAreRefusedWithTheirLine() {
        func problem(_ bytes: [UInt8]) -> String? {
            do {
                _ = try ConfigurationLoader.parse(bytes, file: "f", now: 0)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(problem(Array("a = 1\n\n".utf8) + [0x22, 0xFF]) == "f:3: it is not UTF-8. Save it as UTF-8")
        #expect(problem(Array("a = 1\n".utf8) + [0]) == "f:2: it contains NUL")
        #expect(problem([UInt8](repeating: 0x20, count: 4_000_001)) == "f: it is larger than 4000000 bytes")
    }

    @Test func allProblemsAreToldAtOnceInTheOrderOfTheFile() {
        let text = """
            time_zone = "Mars"
            contact = "苦情係"
            [engine]
            max_connections = 0
            idle_timeout = 30
            [log]
            format = "xml"
            [control]
            mode = 660
            [queue]
            postsuper = "sudo -n /usr/sbin/postsuper"
            [[queue.instances]]
            name = "mx1"
            """
        let lines = ConfigurationText.problems(text).map { $0.split(separator: ":")[1] }
        #expect(lines == [" plans", "1", "2", "4", "5", "7", "9", "11", "12"])
    }
}
