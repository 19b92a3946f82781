import ControlTesting
import Foundation
import GRDB
import MailPolicy
import PolicyStore
import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite(.timeLimit(.minutes(3))) struct StoreKeeperTests {
    /// A gatehouse on a store in a folder, as an engine has it.
    private final class Kept: Sendable {
        let path: String
        let gatehouse: Gatehouse
        let keeper: StoreKeeper
        let log = LogLines()

        static let rules = ServedGates.rules.replacing("10 messages", with: "1000000 messages")

        init(_ path: String) throws {
            self.path = path
            let wall = Milliseconds(Date().timeIntervalSince1970 * 1000)
            let store = try PolicyStore.open(path: path, now: wall)
            let clock = EngineClock.machine(
                continuing: try store.clock().map { Moment(steady: $0.steady, wall: $0.wall) })
            let loading = try StoreLoading.load(
                store, rulebook: try ConfigurationText.parse(Self.rules).rulebook, seed: 1, now: clock.now())
            gatehouse = Gatehouse(gatekeeper: loading.gatekeeper, verdictsKept: 100, clock: clock)
            // Checkpoints all the time, which an engine writes after minutes only.
            keeper = StoreKeeper(
                store: store, rows: loading.rows, retention: StoreRetention(), logger: log.logger, logRows: 1)
        }

        func send(_ count: Int, from login: String, _ name: String) throws {
            var connection = Connection()
            for number in 0..<count {
                let text = Array(
                    PolicyText.request(
                        state: "END-OF-MESSAGE", login: login, instance: "\(name).\(number)", count: "1"
                    ).utf8)
                let request = try GateRequest(PolicyRequest.parse(text.span), in: text.span, boundTo: nil)
                _ = gatehouse.decide(request, in: text.span, on: &connection)
            }
        }

        func messages(of login: String) -> Int64 {
            gatehouse.withState { state, _ in
                state.gatekeeper.accounts.find(login).map {
                    state.gatekeeper.meters.meter(MeterKey(.account, $0)).counted(after: .min).messages
                } ?? 0
            }
        }

        func close() async throws { try await keeper.close(with: SecondBatch(), gatehouse: gatehouse) }
    }

    @Test func eachCountIsThereOnceAfterARestartHoweverTheBatchesFell() async throws {
        let folder = try TemporaryFolder()
        let logins = (0..<20).map { "a\($0)@isp.example" }
        var sent: [String: Int64] = [:]
        for run in 0..<3 {
            let kept = try Kept(folder.file("s.db"))
            for login in logins { #expect(kept.messages(of: login) == sent[login, default: 0]) }
            for round in 0..<40 {
                for (index, login) in logins.enumerated() where (round + index) % 3 != 0 {
                    try kept.send(index + 1, from: login, "\(run).\(round).\(index)")
                    sent[login, default: 0] += Int64(index + 1)
                    // While an earlier one is still being written.
                    if index % 4 == 0 { kept.keeper.write(SecondBatch(), gatehouse: kept.gatehouse) }
                }
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(kept.keeper.trouble == nil)
            try await kept.close()
        }
        let kept = try Kept(folder.file("s.db"))
        for login in logins { #expect(kept.messages(of: login) == sent[login]) }
        try await kept.close()
    }

    @Test func whatCouldNotBeWrittenIsWrittenOnceWhenItCan() async throws {
        let folder = try TemporaryFolder()
        let kept = try Kept(folder.file("s.db"))
        try kept.send(3, from: "old@isp.example", "1")
        kept.keeper.write(SecondBatch(), gatehouse: kept.gatehouse)
        var settings = Configuration()
        settings.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.file("s.db"), configuration: settings)
        try await kept.keeper.perform { _ in
            // Somebody keeps a transaction open on the file.
            try other.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE") }
        }
        // An account without a row among them.
        try kept.send(4, from: "new@isp.example", "2")
        var batch = SecondBatch()
        batch.history = [HistoryIncrement(series: "mail/accepted", at: 1_795_496_400_000, value: 4)]
        kept.keeper.write(batch, gatehouse: kept.gatehouse)
        #expect(await eventually { kept.keeper.trouble != nil })
        #expect(kept.log.has("the gates go on from memory"))
        try kept.send(5, from: "new@isp.example", "3")
        try kept.send(1, from: "old@isp.example", "3")
        kept.keeper.write(SecondBatch(), gatehouse: kept.gatehouse)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(
            await eventually {
                kept.keeper.write(SecondBatch(), gatehouse: kept.gatehouse)
                return kept.keeper.trouble == nil
            })
        #expect(kept.log.has("the store is written again"))
        let table = try await kept.keeper.perform {
            try $0.history(of: ["mail/accepted"], from: 1_795_496_400_000, to: 1_795_496_460_000)
        }
        #expect(table.values["mail/accepted"]?.compactMap { $0 } == [4])
        try await kept.close()
        let again = try Kept(folder.file("s.db"))
        #expect(again.messages(of: "new@isp.example") == 9)
        #expect(again.messages(of: "old@isp.example") == 4)
        try await again.close()
    }

    @Test func anOverrideThatRanOutEndsInTheStoreToo() async throws {
        let folder = try TemporaryFolder()
        let kept = try Kept(folder.file("s.db"))
        let now = kept.gatehouse.clock.now().wall
        let suspension = Override(
            id: 0, kind: .suspension(account: "a@isp.example", holds: false), actor: "yamada", reason: "r",
            since: now - 10,
            expires: now - 1)
        let receipt = try await kept.keeper.perform { store in
            try store.record(
                AuditRecord(
                    at: now, actor: "yamada", uid: 1, verb: "suspend", target: "a@isp.example", detail: "", reason: "r",
                    outcome: .done), creating: [OverrideRecord(suspension)])
        }
        let id = try #require(receipt.overrides.first)
        var batch = SecondBatch()
        batch.expiredUpTo = now
        kept.keeper.write(batch, gatehouse: kept.gatehouse)
        #expect(await eventually { kept.log.has("override ran out") })
        let ended = try await kept.keeper.perform { try $0.override(id)?.ended }
        #expect(ended == now - 1)
        #expect(kept.log.has("target=a@isp.example"))
        try await kept.close()
    }

    @Test func whatAStoreCannotTakeForLongIsBoundedAndTheNewestStays() {
        var batch = SecondBatch()
        batch.offences = (0..<150_000).map { (account: 1, at: Int64($0)) }
        #expect(batch.bound() == 50_000)
        #expect(batch.offences.count <= 100_000 && batch.offences.count > 90_000)
        #expect(batch.offences.last?.at == 149_999)
        #expect(batch.bound() == 0)
    }
}
