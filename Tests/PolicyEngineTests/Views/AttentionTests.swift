import ControlProtocol
import MailPolicy
import Testing

@testable import PolicyEngine

/// What authentication gives a person to look at.
@Suite struct AttentionTests {
    private func record(
        _ rig: EngineRig, _ domain: String, from source: UInt32, _ finding: AuthenticationFinding, _ count: Int = 1
    ) {
        for _ in 0..<count {
            rig.engine.core.authentication.record(
                MessageFindings(
                    domain: domain, source: IPAddress(v4: 0xCB00_7100 | source),
                    findings: [.spf: finding, .dmarc: finding]), at: rig.clock.now)
        }
    }

    private func attention(_ rig: EngineRig) -> [Attention] {
        rig.engine.views.attention().filter { $0.kind == .domain || $0.subject == "DNS" }
    }

    @Test func somebodyNewWhoFailsForADomainThatUsedToPassStandsOut() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            record(rig, "isp.example", from: 1, .pass, 20)
            record(rig, "careless.example", from: 1, .fail, 20)
            rig.clock.advance(by: 2 * 3_600_000)
            #expect(attention(rig).isEmpty)
            let began = rig.clock.now.wall
            for source in 2...5 as ClosedRange<UInt32> {
                record(rig, "isp.example", from: source, .fail, Int(source) + 1)
                record(rig, "careless.example", from: source, .fail, 9)
            }
            rig.clock.advance(by: 60_000)
            let items = attention(rig)
            #expect(items.map(\.subject) == ["isp.example"])
            #expect(items.first?.at == began)
            #expect(
                items.first?.evidence
                    == "its mail used to pass; 18 failed from new sources: 203.0.113.5 (6), 203.0.113.4 (5), "
                    + "203.0.113.3 (4), and 1 more")
        }
    }

    @Test func somebodyWhoTakesEverNewAddressesStandsOut() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            record(rig, "isp.example", from: 1, .pass, 20)
            rig.clock.advance(by: 2 * 3_600_000)
            for source in 2...101 as ClosedRange<UInt32> { record(rig, "isp.example", from: source, .fail, 1) }
            #expect(
                attention(rig).map(\.evidence) == [
                    "its mail used to pass; 100 failed from new sources: many, with few each"
                ])
        }
    }

    @Test func aDNSThatFailsForAQuarterOfTheMailStandsOutUntilItAnswersAgain() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            record(rig, "a.example", from: 1, .pass, 31)
            record(rig, "b.example", from: 2, .temperror, 9)
            #expect(attention(rig).isEmpty)
            record(rig, "b.example", from: 2, .temperror, 2)
            #expect(attention(rig).map(\.evidence) == ["26 % of 42 messages had a temperror"])
            rig.clock.advance(by: 5 * 60_000)
            record(rig, "a.example", from: 1, .pass, 31)
            #expect(attention(rig).isEmpty)
        }
    }
}
