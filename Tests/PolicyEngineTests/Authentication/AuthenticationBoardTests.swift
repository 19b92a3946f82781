import MailPolicy
import PolicyStore
import Testing

@testable import PolicyEngine

@Suite struct AuthenticationBoardTests {
    private static let minute: Milliseconds = 60_000
    private static let hour = 60 * minute
    /// Not at the beginning of a minute, an hour or a day.
    private static let start: Milliseconds = 1_795_000_123_456

    private func moment(_ offset: Milliseconds) -> Moment {
        Moment(steady: Self.start + offset, wall: Self.start + offset)
    }

    private func board(own: [String] = ["isp.example"], capacity: Int = 100) -> AuthenticationBoard {
        AuthenticationBoard(own: own, capacity: capacity)
    }

    private func findings(
        _ domain: String, from source: UInt32 = 1, _ findings: [AuthenticationMethod: AuthenticationFinding]
    ) -> MessageFindings {
        MessageFindings(domain: domain, source: IPAddress(v4: source), findings: findings)
    }

    private func figures(_ board: AuthenticationBoard, _ domain: String, at now: Moment) throws
        -> AuthenticationBoard.Figures
    {
        try #require(board.figures(at: now).first { $0.domain == domain })
    }

    // MARK: Counts

    @Test func eachMethodsFindingsAreCountedByThemselves() throws {
        let board = board()
        for _ in 0..<3 {
            board.record(findings("a.example", [.spf: .pass, .dkim: .none, .dmarc: .pass]), at: moment(0))
        }
        board.record(findings("a.example", [.spf: .temperror, .dkim: .fail, .dmarc: .permerror]), at: moment(0))
        board.record(findings("b.example", [.spf: .fail]), at: moment(0))
        let row = try figures(board, "a.example", at: moment(0))
        #expect(row.hour.messages == 4)
        #expect((row.hour[.spf, .pass], row.hour[.spf, .temperror], row.hour[.spf, .fail]) == (3, 1, 0))
        #expect((row.hour[.dkim, .none], row.hour[.dkim, .fail]) == (3, 1))
        #expect((row.hour[.dmarc, .pass], row.hour[.dmarc, .permerror]) == (3, 1))
        #expect(AuthenticationFinding.allCases.allSatisfy { row.hour[.arc, $0] == 0 })
    }

    @Test func aMessageLeavesTheHourAndTheDayWhenItsTimeIsOver() throws {
        let board = board()
        board.record(findings("a.example", [.spf: .pass]), at: moment(0))
        let counts = [0, 2, 59, 61, 23 * 60, 24 * 60 + 15].map { minutes -> [UInt32] in
            let row = board.figures(at: moment(minutes * Self.minute)).first { $0.domain == "a.example" }
            return row.map { [$0.minute.messages, $0.hour.messages, $0.day.messages] } ?? []
        }
        #expect(counts == [[1, 1, 1], [0, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 1], []])
    }

    @Test func oursComeFirstAlsoWhenNothingCameUnderTheirName() {
        let board = board(own: ["isp.example", "shop.example"])
        for _ in 0..<9 { board.record(findings("busy.example", [.spf: .pass]), at: moment(0)) }
        board.record(findings("quiet.example", [.spf: .pass]), at: moment(0))
        board.record(findings("shop.example", [.spf: .pass]), at: moment(0))
        #expect(
            board.figures(at: moment(0)).map(\.domain) == [
                "isp.example", "shop.example", "busy.example", "quiet.example",
            ])
    }

    // MARK: Bounds

    @Test func manyInventedDomainsPushOutNeitherTheBusyNorOurs() throws {
        let board = board(capacity: 50)
        board.record(findings("isp.example", [.spf: .pass]), at: moment(0))
        for round in 0..<200 {
            for busy in 0..<10 { board.record(findings("busy\(busy).example", [.spf: .pass]), at: moment(0)) }
            for invented in 0..<20 {
                board.record(findings("x\(round)-\(invented).example", [.spf: .fail]), at: moment(0))
            }
        }
        let rows = board.figures(at: moment(0))
        #expect(rows.count <= 50)
        #expect(try figures(board, "isp.example", at: moment(0)).hour.messages == 1)
        for busy in 0..<10 { #expect(try figures(board, "busy\(busy).example", at: moment(0)).hour.messages == 200) }
    }

    @Test func moreDomainsOfOursThanThereIsRoomForComeToAnEnd() {
        let board = board(own: [], capacity: 3)
        board.replaceOwn((0..<20).map { "own\($0).example" })
        for round in 0..<100 { board.record(findings("own\(round % 20).example", [.spf: .pass]), at: moment(0)) }
        #expect(board.figures(at: moment(0)).count { $0.hour.messages > 0 } == 3)
    }

    // MARK: Sources

    @Test func aNewSourceThatOnlyFailsStandsOutWhereTheDomainUsedToPass() throws {
        let board = board()
        for _ in 0..<20 { board.record(findings("a.example", from: 1, [.dmarc: .pass]), at: moment(-3 * Self.hour)) }
        for _ in 0..<3 { board.record(findings("a.example", from: 2, [.dmarc: .fail]), at: moment(0)) }
        board.record(findings("a.example", from: 1, [.dmarc: .fail]), at: moment(0))
        let row = try figures(board, "a.example", at: moment(0))
        #expect(row.newFailing.sources.map(\.network) == [Network(IPAddress(v4: 2))])
        #expect(row.newFailing.standsOut)
        // An hour later it is known.
        let later = try figures(board, "a.example", at: moment(Self.hour + Self.minute))
        #expect(later.newFailing.sources.isEmpty && !later.newFailing.standsOut)
    }

    @Test func nothingStandsOutWhereTheDomainNeverPassed() throws {
        let board = board()
        for _ in 0..<20 { board.record(findings("a.example", from: 1, [.spf: .fail]), at: moment(-3 * Self.hour)) }
        for _ in 0..<9 { board.record(findings("a.example", from: 2, [.spf: .fail]), at: moment(0)) }
        #expect(try !figures(board, "a.example", at: moment(0)).newFailing.standsOut)
    }

    @Test func mailThatOnlyAListsEnvelopePassedForDidNotUseToPass() throws {
        let board = board()
        for source in 0..<20 as Range<UInt32> {
            let found = findings("a.example", from: source, [.spf: .pass, .dmarc: .fail])
            board.record(found, at: moment(-3 * Self.hour))
        }
        for source in 100..<120 as Range<UInt32> {
            board.record(findings("a.example", from: source, [.spf: .pass, .dmarc: .fail]), at: moment(0))
        }
        #expect(try !figures(board, "a.example", at: moment(0)).newFailing.standsOut)
    }

    @Test func whoeverTakesTheNameFromEverNewAddressesStandsOutToo() throws {
        let board = board()
        for _ in 0..<20 { board.record(findings("a.example", from: 1, [.dmarc: .pass]), at: moment(-3 * Self.hour)) }
        for round in 0..<2 as Range<Milliseconds> {
            for source in 0..<1_000 {
                board.record(
                    findings("a.example", from: 100 + UInt32(source), [.dmarc: .fail]), at: moment(round))
            }
        }
        let new = try figures(board, "a.example", at: moment(0)).newFailing
        #expect(new.standsOut)
        #expect(new.failed == 2_000)
        // Nobody who is known lost his place, and no message is missing.
        let domain = try #require(board.domain("a.example", at: moment(0)))
        #expect(domain.sources.contains { $0.network == Network(IPAddress(v4: 1)) && $0.uses.passed == 20 })
        let others = try #require(domain.others)
        #expect(domain.sources.reduce(others.failed) { $0 + $1.uses.failed } == 2_000)
        #expect(domain.sources.count == DomainSources.mostKept)
    }

    @Test func asManyNewFailuresAsEveryHourAreNoNews() throws {
        let board = board()
        for hour in 1...12 as ClosedRange<Milliseconds> {
            for _ in 0..<400 {
                board.record(findings("a.example", from: 1, [.dmarc: .pass]), at: moment((hour - 15) * Self.hour))
            }
            for source in 0..<20 {
                board.record(
                    findings("a.example", from: UInt32(1_000 * Int(hour) + source), [.dmarc: .fail]),
                    at: moment((hour - 15) * Self.hour))
            }
        }
        for source in 0..<30 {
            board.record(findings("a.example", from: UInt32(500 + source), [.dmarc: .fail]), at: moment(0))
        }
        #expect(try !figures(board, "a.example", at: moment(0)).newFailing.standsOut)
        for source in 0..<60 {
            board.record(findings("a.example", from: UInt32(600 + source), [.dmarc: .fail]), at: moment(0))
        }
        #expect(try figures(board, "a.example", at: moment(0)).newFailing.standsOut)
    }

    @Test func allAddressesOfAnIPv6NetworkAreOneSource() throws {
        let board = board()
        for _ in 0..<20 { board.record(findings("a.example", from: 1, [.dmarc: .pass]), at: moment(-3 * Self.hour)) }
        for host in 1...3 as ClosedRange<UInt64> {
            let address = IPAddress(high: 0x2001_0DB8_0000_0007, low: host)
            board.record(
                MessageFindings(domain: "a.example", source: address, findings: [.dmarc: .fail]), at: moment(0))
        }
        let new = try figures(board, "a.example", at: moment(0)).newFailing
        #expect(new.sources.map(\.network.description) == ["2001:db8:0:7::/64"])
        let host = try Network(parsing: "2001:db8:0:7::2")
        #expect(board.domains(of: host, at: moment(0)).map(\.source.uses.failed) == [3])
    }

    @Test func aDomainLeadsToItsSourcesAndASourceToItsDomains() throws {
        let board = board()
        for _ in 0..<2 { board.record(findings("a.example", from: 0xC000_0201, [.spf: .pass]), at: moment(0)) }
        board.record(findings("a.example", from: 0xC000_0207, [.spf: .fail]), at: moment(0))
        board.record(findings("b.example", from: 0xC000_0207, [.spf: .none]), at: moment(0))
        let sources = try #require(board.domain("a.example", at: moment(0))).sources
        #expect(sources.map(\.network.description) == ["192.0.2.1", "192.0.2.7"])
        #expect(sources.map { [$0.uses.passed, $0.uses.failed, $0.uses.unknown] } == [[2, 0, 0], [0, 1, 0]])
        let network = try Network(parsing: "192.0.2.7")
        #expect(Set(board.domains(of: network, at: moment(0)).map(\.domain)) == ["a.example", "b.example"])
        #expect(board.domains(of: try Network(parsing: "192.0.2.0/24"), at: moment(0)).count == 3)
        #expect(board.domains(of: try Network(parsing: "198.51.100.0/24"), at: moment(0)).isEmpty)
        #expect(board.domain("c.example", at: moment(0)) == nil)
    }

    // MARK: History

    /// Gives a board what another has drained.
    private func restore(_ drained: [AuthenticationBoard.Drained], to board: AuthenticationBoard) {
        for found in drained {
            board.restore(AuthenticationTally(columns: found.tally.columns), of: found.domain, at: found.at)
        }
        for found in drained {
            for (network, uses) in found.sources.counted { board.restore(network, uses, of: found.domain) }
        }
    }

    @Test func columnsOfTheStoreAreTheTallysOwn() {
        #expect(DomainMinute.methods == AuthenticationMethod.allCases.map(\.rawValue))
        #expect(DomainMinute.findings == AuthenticationFinding.allCases.map(\.rawValue))
        #expect(AuthenticationTally().columns.count == DomainMinute.columns.count)
    }

    @Test func whatIsDrainedIsWhatWasCountedAndIsRestoredAsIt() throws {
        let board = board()
        board.record(findings("isp.example", [.spf: .pass, .dmarc: .pass]), at: moment(0))
        board.record(findings("isp.example", from: 2, [.spf: .fail, .dmarc: .temperror]), at: moment(0))
        board.record(findings("other.example", from: 3, [.arc: .fail]), at: moment(0))
        let restored = self.board()
        restore(board.drain(at: moment(0)), to: restored)
        #expect(board.drain(at: moment(0)).isEmpty)
        for domain in ["isp.example", "other.example"] {
            let (one, other) = (
                try #require(board.domain(domain, at: moment(0))), try #require(restored.domain(domain, at: moment(0)))
            )
            #expect(one.figures.minute == other.figures.minute)
            #expect(one.figures.day == other.figures.day)
            #expect(one.sources.map(\.network) == other.sources.map(\.network))
            #expect(one.sources.map(\.uses) == other.sources.map(\.uses))
        }
    }

    @Test func aSourceThatWasKnownBeforeTheRestartIsNotNewAfterIt() throws {
        let board = board()
        for _ in 0..<20 { board.record(findings("a.example", from: 1, [.dmarc: .pass]), at: moment(-3 * Self.hour)) }
        for _ in 0..<2 { board.record(findings("a.example", from: 2, [.dmarc: .fail]), at: moment(-2 * Self.hour)) }
        let restored = self.board()
        restore(board.drain(at: moment(0)), to: restored)
        for source in [2, 3] as [UInt32] {
            for _ in 0..<3 { restored.record(findings("a.example", from: source, [.dmarc: .fail]), at: moment(0)) }
        }
        let new = try figures(restored, "a.example", at: moment(0)).newFailing
        #expect(new.sources.map(\.network) == [Network(IPAddress(v4: 3))])
    }

    @Test func aDomainThatIsFirstMetInTheMiddleOfAMinuteIsInTheHistory() throws {
        let board = board()
        board.record(findings("early.example", [.spf: .pass]), at: moment(0))
        _ = board.drain(at: moment(0))
        for _ in 0..<20 { board.record(findings("late.example", [.spf: .pass]), at: moment(1_000)) }
        #expect(
            board.drain(at: moment(1_000)).map { [$0.domain, String($0.tally.messages)] } == [["late.example", "20"]])
    }

    @Test func whenThereAreTooManyTheBusiestComeFirstAndTheOthersLater() {
        let board = board(capacity: 5_000)
        board.record(findings("isp.example", [.spf: .pass]), at: moment(0))
        for domain in 0..<1_500 {
            for _ in 0..<(domain % 3 + 1) {
                board.record(findings("d\(domain).example", [.spf: .pass]), at: moment(0))
            }
        }
        let first = board.drain(at: moment(0))
        #expect(first.count == DomainHistory.turns + 1)
        #expect(first.allSatisfy { $0.tally.messages == 3 || $0.domain == "isp.example" })
        // Who is busy gets a turn also then.
        for _ in 0..<DomainHistory.busy { board.record(findings("busy.example", [.spf: .pass]), at: moment(0)) }
        #expect(board.drain(at: moment(0)).map(\.domain) == ["busy.example"])
        let later = (1...2 as ClosedRange<Milliseconds>).flatMap { board.drain(at: moment($0 * Self.minute)) }
        #expect(Set((first + later).map(\.domain)).count == 1_501)
        #expect(later.allSatisfy { $0.at == moment(0).wall })
    }

    @Test func atTheEndNobodyWaits() {
        let board = board(capacity: 5_000)
        for domain in 0..<1_500 { board.record(findings("d\(domain).example", [.spf: .pass]), at: moment(0)) }
        #expect(board.drain(at: moment(0), all: true).count == 1_500)
    }
}
