import MailAuthentication
import MailPolicy
import Testing

/// RFC 7208's suite and RFC 4408's, as the SPF project published them.
@Suite struct ConformanceTests {
    private func outcome(of test: ConformanceSuite.Case, trace: Bool = false) async -> SPFOutcome {
        let check = SPFCheck(
            resolver: test.zone, records: SPFRecordCache(records: 100, bytes: 1 << 20), receiver: "mx.example.net")
        return await check.check(
            .mailFrom(test.mailFrom), client: test.client, time: Moment(1_764_000_000_000), trace: trace)
    }

    private func expect(_ test: ConformanceSuite.Case, toBe results: [SPFResult]) async {
        let outcome = await outcome(of: test)
        #expect(
            results.contains(outcome.result),
            "\(test.scenario), \(test.name): \(outcome.result) (\(outcome.problem ?? "no problem"))")
        if let explanation = test.explanation {
            // The suite's word for having none of the domain's.
            #expect((outcome.explanation ?? "DEFAULT") == explanation, "\(test.scenario), \(test.name)")
        }
        #expect(test.zone.asked.allSatisfy { $0.type != .spf && $0.name.canBeAsked })
        // Whoever gets no result of the domain's making is told why.
        #expect((outcome.problem != nil) == [.none, .temperror, .permerror].contains(outcome.result))
    }

    @Test func allCasesOfRFC7208ComeOutAsTheSuiteSays() async throws {
        let suite = try ConformanceSuite(file: "rfc7208-tests.yml")
        #expect(suite.cases.count == 203)
        for test in suite.cases {
            #expect(!test.results.isEmpty)
            await expect(test, toBe: test.results)
        }
    }

    @Test func allCasesOfRFC4408ComeOutAsTheSuiteSaysAndWhereItLeavesAChoiceAsRFC7208MadeIt() async throws {
        let suite = try ConformanceSuite(file: "rfc4408-tests.yml")
        #expect(suite.cases.count == 191)
        let newer = try ConformanceSuite(file: "rfc7208-tests.yml").cases
        let resultsByName = Dictionary(newer.map { ($0.name, $0.results) }, uniquingKeysWith: { first, _ in first })
        var chosen = Set<String>()
        for test in suite.cases {
            #expect(!test.results.isEmpty)
            if let choice = Self.choices[test.name] {
                chosen.insert(test.name)
                #expect(test.results.count > 1 && test.results.contains(choice.result), "\(test.name)")
                #expect(resultsByName[test.name]?.contains(choice.result) == true, "\(test.name)")
                await expect(test, toBe: [choice.result])
            } else {
                await expect(test, toBe: test.results)
            }
        }
        #expect(chosen == Set(suite.cases.filter { $0.results.count > 1 }.map(\.name)))
        #expect(chosen.count == Self.choices.count)
    }

    private struct Choice {
        var result: SPFResult
        /// Of RFC 7208.
        var section: String
        var why: String

        init(_ result: SPFResult, _ section: String, _ why: String) {
            self.result = result
            self.section = section
            self.why = why
        }
    }

    /// The cases in which RFC 4408 let an implementation choose or could be read in two ways. No case has a single
    /// result that RFC 7208 changed: each that it settled was one of those that the older suite allows.
    private static let choices: [String: Choice] = [
        // Records of the type SPF are no longer asked for.
        "txtonly": Choice(.fail, "3.1", "the TXT record is the only one that counts"),
        "spfonly": Choice(.none, "3.1", "a record of the type SPF is not seen"),
        "spftimeout": Choice(.fail, "3.1", "nothing is asked that could time out"),
        "spfoverride": Choice(.fail, "3.1", "the TXT record is read, not the one of the type SPF"),
        "multispf2": Choice(.pass, "3.1", "the only TXT record is read, whatever there is of the type SPF"),
        "txttimeout": Choice(.temperror, "4.4", "without the TXT answer nothing is known"),
        "nospftxttimeout": Choice(.temperror, "4.4", "without the TXT answer nothing is known"),
        "multitxt1": Choice(.permerror, "4.5", "two TXT records"),
        "multispf1": Choice(.permerror, "4.5", "two records, although they are the same"),
        // Limits.
        "mx-limit": Choice(.permerror, "4.6.4", "more than ten names of an mx are an error"),
        "ptr-limit": Choice(.neutral, "4.6.4", "the eleventh name of a ptr is left out"),
        // A name that the DNS cannot hold: left open still, so that both results stay right; here nothing is found.
        "invalid-domain-empty-label": Choice(.fail, "4.8", "an empty label is not asked for"),
        "invalid-domain-long": Choice(.fail, "4.8", "a label of 64 bytes is not asked for"),
        "invalid-domain-long-via-macro": Choice(.fail, "4.8", "a label of 64 bytes is not asked for"),
        // Mechanisms.
        "exists-dnserr": Choice(.temperror, "5", "a failed look-up ends the check"),
        "cidr6-0-ip4": Choice(.neutral, "5", "an IPv4 client matches no ip6"),
        "cidr6-ip4": Choice(.neutral, "5", "an IPv4-mapped address is IPv4, and matches no ip6"),
        "p-macro-multiple": Choice(.pass, "7.3", "of several names one below the domain is taken"),
    ]

    @Test func aTraceChangesNoResult() async throws {
        for test in try ConformanceSuite(file: "rfc7208-tests.yml").cases {
            let silent = await outcome(of: test)
            let traced = await outcome(of: test, trace: true)
            #expect(silent.result == traced.result && silent.explanation == traced.explanation)
            #expect(silent.trace.isEmpty && !traced.trace.isEmpty)
        }
    }
}
