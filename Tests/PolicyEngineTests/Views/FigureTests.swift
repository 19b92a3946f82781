import ControlProtocol
import ControlTesting
import MailPolicy
import Synchronization
import Testing

@testable import PolicyEngine

@Suite struct FigureTests {
    // MARK: Rates

    @Test func decisionsASecondGoByTheClockAndNotByTheTicks() {
        let board = RateBoard()
        let times = [UInt32](repeating: 0, count: 192)
        for tick in 0..<20 { board.tick(total: tick * 300, times: times, at: 1_000_000 + Milliseconds(tick) * 1_500) }
        #expect(board.rates.perSecond == 200)
        #expect(board.rates.p99 == nil)
    }

    @Test func thePercentileIsOfTheLastTenSeconds() {
        let board = RateBoard()
        func tick(_ second: Int, _ nanoseconds: UInt64) {
            var statistics = DecisionStatistics()
            for _ in 0..<100 { statistics.time(nanoseconds: nanoseconds) }
            board.tick(total: 0, times: statistics.drainTimes(), at: Milliseconds(second) * 1_000)
        }
        tick(0, 1_000_000)
        for second in 1...9 { tick(second, 1_000) }
        #expect((board.rates.p99 ?? 0) >= 1_000)
        tick(10, 1_000)
        #expect((board.rates.p99 ?? .infinity) <= 1.125)
    }

    @Test func aPercentileIsAtMostAnEighthTooHighAndNeverTooLow() throws {
        var random = SplitMix(seed: 1)
        for _ in 0..<200 {
            var statistics = DecisionStatistics()
            var times = (0..<(1 + random.below(400))).map { _ in UInt64(128 + random.below(1 << (8 + random.below(20))))
            }
            for time in times { statistics.time(nanoseconds: time) }
            times.sort()
            let exact = Double(times[(times.count * 99 + 99) / 100 - 1]) / 1_000
            let told = try #require(DecisionStatistics.percentile99(statistics.drainTimes()))
            #expect(told >= exact)
            #expect(told <= exact * 1.125 + 0.001)
        }
    }

    @Test func theQueuesChangeIsAMinutesHoweverSeldomItIsRead() {
        let board = RateBoard()
        board.noteQueue(length: 1_000, at: 0)
        #expect(board.queueChange(at: 0) == nil)
        board.noteQueue(length: 1_100, at: 30_000)
        #expect(board.queueChange(at: 30_000) == nil)
        board.noteQueue(length: 1_200, at: 60_000)
        #expect(board.queueChange(at: 60_000) == 200)
        board.noteQueue(length: 900, at: 180_000)
        #expect(board.queueChange(at: 180_000) == -150)
        #expect(board.queueChange(at: 180_000 + 600_000) == nil)
    }

    // MARK: Counts of the last hour

    @Test func anHoursCountIsOfTheLast55To60Minutes() {
        var random = SplitMix(seed: 9)
        var counter = HourCounter()
        var events: [Milliseconds] = []
        var now: Milliseconds = 1_795_575_600_000
        for _ in 0..<5_000 {
            now += Milliseconds(random.below(random.below(50) == 0 ? 4_000_000 : 20_000))
            counter.add(at: now)
            events.append(now)
            let later = now + Milliseconds(random.below(5_000_000))
            for time in [now, later] {
                let told = counter.count(at: time)
                #expect(told >= events.count { $0 > time - 3_300_000 })
                #expect(told <= events.count { $0 > time - 3_600_000 })
            }
        }
    }

    // MARK: Minutes

    @Test func aMinuteInWhichTheEngineDidNotRunIsAGap() {
        let board = MinuteBoard()
        board.add([MinuteBoard.uptime: 1, "mail/accepted": 5], minute: 100)
        board.add([MinuteBoard.uptime: 1], minute: 101)
        board.add([MinuteBoard.uptime: 1, "mail/accepted": 2], minute: 103)
        board.add([MinuteBoard.uptime: 1, "mail/accepted": 1], minute: 103)
        #expect(board.series("mail/accepted", minutes: 5, endingAt: 103 * 60_000 + 59_999) == [nil, 5, 0, nil, 3])
        // The minute that is running is no gap, though nothing was counted in it yet.
        #expect(board.series("mail/refused", minutes: 2, endingAt: 104 * 60_000) == [0, 0])
        #expect(board.series("mail/refused", minutes: 2, endingAt: 105 * 60_000) == [nil, 0])
    }

    @Test func whatWasDecidedIsInItsMinutesSeries() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            for _ in 0..<11 { rig.send(RigMail()) }
            for _ in 0..<3 {
                rig.send(RigMail(gate: .mx, login: "", sender: "x@y.example", recipients: ["yamada88@isp.example"]))
            }
            #expect(
                try await eventually {
                    guard case .overview(let overview) = try await rig.link().view(ViewQuery(.overview)).content
                    else { return false }
                    let mail = overview.mail
                    return mail.accepted.last == 13 && mail.deferred.last == 1 && mail.refused.last == 0
                        && mail.accepted.dropLast().allSatisfy { $0 == nil }
                        && mail.from == RigClock.noon - 59 * 60_000
                })
        }
    }

    // MARK: Tables

    private struct Figure: RowFigures {
        var number: Int

        static let view = ViewKind.senders
        static let columns = [FilterColumn("number", .number), FilterColumn("name", .text)]
        var identity: String { "row\(number)" }
        var needsAttention: Bool { number.isMultiple(of: 10) }

        func precedes(_ other: Figure) -> Bool { number < other.number }
        func text(ofColumn index: Int) -> String { identity }
        func number(ofColumn index: Int) -> Double? { Double(number % 7) }
    }

    @Test func manyWhoLookShareOnePictureAndEachGetsItsOwnPage() async throws {
        let gathered = Atomic<Int>(0)
        try await confirmation("pages", expectedCount: 400) { confirm in
            let table = FigureTable<Figure>(interval: .seconds(3_600)) { _ in
                _ = gathered.add(1, ordering: .relaxed)
                return (0..<1_000).map(Figure.init)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for reader in 0..<40 {
                    group.addTask {
                        for round in 0..<10 {
                            let wanted = "row\((reader * 10 + round) % 1_000)"
                            let query = ViewQuery(
                                .senders, filter: reader % 2 == 0 ? "" : "name=\(wanted)",
                                sort: round % 2 == 0 ? "number" : "name", limit: 10, locate: wanted)
                            let (picture, page, matched) = try table.page(query, at: 0)
                            #expect(matched == (reader % 2 == 0 ? 1_000 : 1))
                            #expect(page.located != nil)
                            #expect(page.rows.allSatisfy { picture.rows.indices.contains($0) })
                            confirm()
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        // The first may be gathered by several at once, since none has a picture yet.
        #expect(gathered.load(ordering: .relaxed) <= 40)
    }

    @Test func whatIsChangedWhileFiguresAreGatheredIsInTheNextPicture() {
        let table = Mutex<FigureTable<Figure>?>(nil)
        let calls = Atomic<Int>(0)
        table.withLock {
            $0 = FigureTable<Figure>(interval: .seconds(3_600)) { _ in
                let call = calls.add(1, ordering: .relaxed).newValue
                if call == 1 { table.withLock { $0 }?.expire() }
                return [Figure(number: call)]
            }
        }
        let made = table.withLock { $0 }
        #expect(made?.picture(at: 0).rows.first?.number == 1)
        #expect(made?.picture(at: 0).rows.first?.number == 2)
        #expect(made?.picture(at: 0).rows.first?.number == 2)
    }

    @Test func rowsThatAreEqualKeepTheirOrder() throws {
        let table = FigureTable<Figure> { _ in (0..<100).shuffled().map(Figure.init) }
        for descending in [true, false] {
            let (picture, page, _) = try table.page(
                ViewQuery(.senders, descending: descending, limit: 1_000), at: 0)
            let rows = page.rows.map { picture.rows[$0].number }
            #expect(
                rows
                    == (0..<100).sorted { one, other in
                        one % 7 != other % 7 ? (one % 7 < other % 7) != descending : one < other
                    })
        }
        #expect(table.picture(at: 0).needingAttention.count == 10)
    }
}
