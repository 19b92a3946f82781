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
        #expect(
            (outcome.result == .temperror || outcome.result == .permerror)
                == (outcome.problem != nil && outcome.result != .none))
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
        var settled = Set<String>()
        for test in suite.cases {
            #expect(!test.results.isEmpty)
            if let choice = Self.choices[test.name] {
                settled.insert(test.name)
                #expect(test.results.count > 1 && test.results.contains(choice.result), "\(test.name)")
                await expect(test, toBe: [choice.result])
            } else {
                await expect(test, toBe: test.results)
            }
        }
        #expect(settled == Set(Self.choices.keys))
        let open = Set(suite.cases.filter { $0.results.count > 1 }.map(\.name))
        #expect(open == settled)
    }

    /// Where RFC 4408 let an implementation choose, or could be read in two ways.
    private static let choices: [String: (result: SPFResult, section: String, why: String)] = [:]

    @Test func aTraceChangesNoResult() async throws {
        for test in try ConformanceSuite(file: "rfc7208-tests.yml").cases {
            let silent = await outcome(of: test)
            let traced = await outcome(of: test, trace: true)
            #expect(silent.result == traced.result && silent.explanation == traced.explanation)
            #expect(silent.trace.isEmpty && !traced.trace.isEmpty)
        }
    }
}
