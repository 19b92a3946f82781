import MailPolicy
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
        AuthenticationBoard(own: own, capacity: capacity, began: Self.start - 24 * Self.hour)
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
        #expect(row.newFailing.map(\.address) == [IPAddress(v4: 2)])
        // An hour later it is known.
        let later = try figures(board, "a.example", at: moment(Self.hour + Self.minute))
        #expect(later.newFailing.isEmpty)
    }

    @Test func nothingStandsOutWhereTheDomainNeverPassed() throws {
        let board = board()
        for _ in 0..<20 { board.record(findings("a.example", from: 1, [.spf: .fail]), at: moment(-3 * Self.hour)) }
        for _ in 0..<9 { board.record(findings("a.example", from: 2, [.spf: .fail]), at: moment(0)) }
        #expect(try figures(board, "a.example", at: moment(0)).newFailing.isEmpty)
    }

    @Test func atTheStartWhenEverySourceIsNewNoneStandsOut() throws {
        let board = AuthenticationBoard(own: [], capacity: 10, began: Self.start)
        var passed = AuthenticationTally()
        passed.add(100, .dmarc, .pass)
        board.restore(passed, of: "a.example", at: Self.start - 5 * Self.hour)
        for _ in 0..<9 { board.record(findings("a.example", from: 2, [.dmarc: .fail]), at: moment(Self.minute)) }
        for _ in 0..<9 { board.record(findings("a.example", from: 3, [.dmarc: .fail]), at: moment(20 * Self.minute)) }
        let row = try figures(board, "a.example", at: moment(20 * Self.minute))
        #expect(row.newFailing.map(\.address) == [IPAddress(v4: 3)])
    }

    @Test func aDomainLeadsToItsSourcesAndASourceToItsDomains() throws {
        let board = board()
        for _ in 0..<2 { board.record(findings("a.example", from: 0xC000_0201, [.spf: .pass]), at: moment(0)) }
        board.record(findings("a.example", from: 0xC000_0207, [.spf: .fail]), at: moment(0))
        board.record(findings("b.example", from: 0xC000_0207, [.spf: .none]), at: moment(0))
        let sources = try #require(board.domain("a.example", at: moment(0))).sources
        #expect(sources.map(\.address) == [IPAddress(v4: 0xC000_0201), IPAddress(v4: 0xC000_0207)])
        #expect(sources.map { [$0.passed, $0.failed, $0.unknown] } == [[2, 0, 0], [0, 1, 0]])
        let network = try Network(parsing: "192.0.2.7")
        #expect(Set(board.domains(of: network, at: moment(0)).map(\.domain)) == ["a.example", "b.example"])
        #expect(board.domains(of: try Network(parsing: "192.0.2.0/24"), at: moment(0)).count == 3)
        #expect(board.domains(of: try Network(parsing: "198.51.100.0/24"), at: moment(0)).isEmpty)
        #expect(board.domain("c.example", at: moment(0)) == nil)
    }

    // MARK: History

    @Test func whatIsDrainedIsWhatWasCountedAndIsRestoredAsIt() throws {
        let board = board()
        board.record(findings("isp.example", [.spf: .pass, .dmarc: .pass]), at: moment(0))
        board.record(findings("isp.example", [.spf: .fail, .dmarc: .temperror]), at: moment(0))
        let restored = self.board()
        for (domain, tally) in board.drain(at: moment(0)) {
            for (method, finding, count) in tally.found {
                let name = SeriesName.domain(domain, method, finding)
                let read = try #require(SeriesName.readDomain(name))
                #expect((read.domain, read.method, read.finding) == (domain, method, finding))
                var part = AuthenticationTally()
                part.add(count, method, finding)
                restored.restore(part, of: domain, at: moment(0).steady)
            }
        }
        #expect(board.drain(at: moment(0)).isEmpty)
        let (one, other) = (
            try figures(board, "isp.example", at: moment(0)), try figures(restored, "isp.example", at: moment(0))
        )
        for method in AuthenticationMethod.allCases {
            for finding in AuthenticationFinding.allCases {
                #expect(one.day[method, finding] == other.day[method, finding])
            }
        }
    }

    @Test func theHistoryIsOfOursAndTheBusiestAlone() {
        let board = board()
        for domain in 0..<90 {
            for _ in 0...domain { board.record(findings("d\(domain).example", [.spf: .pass]), at: moment(0)) }
        }
        board.record(findings("isp.example", [.spf: .pass]), at: moment(0))
        let drained = Set(board.drain(at: moment(0)).map(\.domain))
        #expect(drained.count == AuthenticationBoard.domainsWithHistory + 1)
        #expect(drained.contains("isp.example") && drained.contains("d89.example") && !drained.contains("d0.example"))
    }
}
