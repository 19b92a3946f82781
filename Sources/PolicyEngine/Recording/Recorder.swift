import Foundation
import Logging
import MailPolicy
import PolicyStore
import Synchronization

/// Follows the gatehouse on a thread of its own: writes the log, counts the minutes, learns whose queue ID is whose, and
/// once a second hands the store what is new.
final class Recorder: Sendable {
    struct Settings: Sendable {
        enum Decisions: Sendable { case all, refused, none }

        var decisions = Decisions.all
        var format = DecisionLine.Format.logfmt
    }

    private struct State {
        var settings: Settings
        var pending: [StoredVerdict] = []
        var offences: [(account: Int32, at: Milliseconds)] = []
        /// Number of the journal's record to go on with.
        var next: Int64 = 1
        var lastCounts: [[Int]] = []
        var lastMail: [Int] = []
        var history: [HistoryIncrement] = []
        var domainMinutes: [DomainMinute] = []
        var domainSources: [DomainSourceChange] = []
        var isStopping = false
    }

    private let gatehouse: Gatehouse
    private let keeper: StoreKeeper
    private let queueAccounts: QueueAccountMap
    private let sink: LogSink
    private let minutes: MinuteBoard
    private let authentication: AuthenticationBoard
    private let rates: RateBoard
    private let verdictNumbers: Int64
    private let onSigns: @Sendable ([SignEvent]) -> Void
    private let onExpiry: @Sendable () -> Void
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    /// Records that are taken from the journal under one hold of its lock.
    private static let slice = 256

    /// - Parameters:
    ///   - firstNumber: what a journal's number has to be raised by, so that numbers go on after a restart.
    ///   - onSigns: told of accounts that began to look stolen or thrown away.
    ///   - onExpiry: called when overrides have run out.
    init(
        gatehouse: Gatehouse, keeper: StoreKeeper, queueAccounts: QueueAccountMap, sink: LogSink, minutes: MinuteBoard,
        authentication: AuthenticationBoard, rates: RateBoard, settings: Settings, firstNumber: Int64,
        onSigns: @escaping @Sendable ([SignEvent]) -> Void, onExpiry: @escaping @Sendable () -> Void
    ) {
        self.gatehouse = gatehouse
        self.keeper = keeper
        self.queueAccounts = queueAccounts
        self.sink = sink
        self.minutes = minutes
        self.authentication = authentication
        self.rates = rates
        self.onSigns = onSigns
        self.onExpiry = onExpiry
        verdictNumbers = firstNumber
        state = Mutex(State(settings: settings))
    }

    func setSettings(_ settings: Settings) {
        state.withLock { $0.settings = settings }
        sink.isJSON = settings.format == .json
    }

    func start() {
        let thread = Thread { [self] in run() }
        thread.name = "recorder"
        thread.start()
    }

    /// Ends the thread after one last look, and waits for it.
    func stop() -> SecondBatch {
        state.withLock { $0.isStopping = true }
        wake.signal()
        ended.wait()
        return takeBatch()
    }

    /// Does at once what is done every second, for a replay; not while the thread runs.
    func catchUp() {
        follow()
        everySecond()
    }

    private func follow() {
        var excerpt = JournalExcerpt()
        var lines: [UInt8] = []
        follow(&excerpt, &lines)
    }

    private func run() {
        // Used again each time.
        var excerpt = JournalExcerpt()
        var lines: [UInt8] = []
        // Writing down gives way to deciding: on Linux this is of the calling thread alone (setpriority(2), "NOTES").
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
        var nextSecond = monotonicNanoseconds() + Self.second
        var nextWrite = nextSecond
        while !state.withLock({ $0.isStopping }) {
            // Often, so that what has come up since is little and no request waits long behind it.
            _ = wake.wait(timeout: .now() + .milliseconds(25))
            follow(&excerpt, &lines)
            let now = monotonicNanoseconds()
            if now >= nextSecond {
                nextSecond = max(nextSecond + Self.second, now)
                everySecond()
                nextWrite = now + Self.second / 2
            } else if now >= nextWrite {
                // No more than a second of counts is lost to a `kill -9`, the disk's time included.
                nextWrite = .max
                keeper.write(takeBatch(), gatehouse: gatehouse)
            }
        }
        follow(&excerpt, &lines)
        count(isLast: true)
        ended.signal()
    }

    /// Nanoseconds.
    private static let second: UInt64 = 1_000_000_000

    // MARK: Verdicts

    /// Takes what is new in the journal.
    private func follow(_ excerpt: inout JournalExcerpt, _ lines: inout [UInt8]) {
        var (next, settings) = state.withLock { ($0.next, $0.settings) }
        let carriers = gatehouse.withState { state, _ in state.gatekeeper.rulebook.carriers.map(\.name) }
        var writer = DecisionLine(format: settings.format, carriers: carriers)
        while true {
            let begin = next
            next = gatehouse.withState { state, _ in
                state.journal.copy(from: begin, limit: Self.slice, into: &excerpt)
            }
            if excerpt.lost > 0 {
                lines += Self.lossLine(excerpt.lost, settings.format)
            }
            for record in excerpt.records {
                let isLogged =
                    settings.decisions == .all || settings.decisions == .refused && record.verdict.outcome != .accepted
                if isLogged { writer.append(record, of: excerpt, to: &lines) }
                keep(record, excerpt)
            }
            if lines.count > 65_536 {
                sink.write(lines)
                lines.removeAll(keepingCapacity: true)
            }
            if next == begin || excerpt.records.isEmpty { break }
        }
        if !lines.isEmpty { sink.write(lines) }
        lines.removeAll(keepingCapacity: true)
        state.withLock { $0.next = next }
        let (signs, offences) = gatehouse.withState { state, _ in
            (state.gatekeeper.takeSigns(), state.gatekeeper.takeOffences())
        }
        state.withLock { $0.offences += offences }
        if !signs.isEmpty { onSigns(signs) }
    }

    private static func lossLine(_ lost: Int, _ format: DecisionLine.Format) -> [UInt8] {
        let message = "\(lost) verdicts came faster than they could be logged"
        return Array(
            (format == .json
                ? "{\"level\":\"error\",\"message\":\"\(message)\"}\n" : "level=error message=\"\(message)\"\n").utf8)
    }

    private func keep(_ record: JournalRecord, _ excerpt: JournalExcerpt) {
        let verdict = record.verdict
        let learns = verdict.account >= 0 && (record.state == .endOfMessage || record.state == .data)
        guard learns || verdict.outcome != .accepted else { return }
        if learns, verdict.outcome == .accepted || verdict.outcome == .held {
            let queueID = excerpt.bytes[record.places.queueID]
            if !queueID.isEmpty {
                let id = String(decoding: queueID, as: UTF8.self)
                let login = gatehouse.withState { state, _ in state.gatekeeper.accounts.login(verdict.account) }
                queueAccounts.learn(queueID: id, account: login, at: record.at.wall)
            }
        }
        guard verdict.outcome != .accepted else { return }
        let stored = stored(record, excerpt)
        state.withLock { state in
            // Bounded by a store that takes them every second; what is over is told as lost by its number.
            if state.pending.count < 100_000 { state.pending.append(stored) }
        }
    }

    private func stored(_ record: JournalRecord, _ excerpt: JournalExcerpt) -> StoredVerdict {
        let places = record.places
        func text(_ place: Range<Int>) -> String { String(decoding: excerpt.bytes[place], as: UTF8.self) }
        func optional(_ place: Range<Int>) -> String? { place.isEmpty ? nil : text(place) }
        let verdict = record.verdict
        let row = gatehouse.withState { state, _ in
            state.gatekeeper.row(
                ExplainedVerdict(
                    record: record, source: "", login: "", sender: "", recipient: "", queueID: "", instance: "",
                    reply: ""))
        }
        return StoredVerdict(
            number: record.number + verdictNumbers, at: record.at.wall, gate: record.gate.name,
            state: record.state.name, outcome: verdict.outcome.name, reply: text(places.reply), rule: verdict.rule.name,
            limitText: row.limit, limitOf: row.limitOf, count: row.count.map(Int64.init),
            quantity: row.quantity.map(Int64.init), freeAgain: row.freeAgain,
            overrideID: verdict.override != 0 ? verdict.override : nil,
            waitedMilliseconds: row.waitedMilliseconds.map(Int64.init),
            account: row.account ?? optional(places.login)?.lowercased(), source: text(places.source),
            sender: text(places.sender),
            recipient: text(places.recipient),
            queueID: optional(places.queueID), instance: optional(places.instance))
    }

    // MARK: Every second

    private func everySecond() {
        let (expired, now) = gatehouse.withState { state, now in
            state.gatekeeper.endIdleTransactions(at: now)
            return (state.gatekeeper.expireOverrides(at: now), now)
        }
        if !expired.isEmpty { onExpiry() }
        count()
        var batch = takeBatch()
        batch.expiredUpTo = now.wall
        keeper.write(batch, gatehouse: gatehouse)
    }

    /// Adds what was decided since the last second to the minute.
    private func count(isLast: Bool = false) {
        let (statistics, times, carriers, now) = gatehouse.withState { state, now in
            let times = state.statistics.drainTimes()
            return (state.statistics, times, state.gatekeeper.takeCarrierCounts(), now)
        }
        rates.tick(total: statistics.counts.joined().reduce(0, +), times: times, at: now.steady)
        var counts = [MinuteBoard.uptime: 1]
        state.withLock { state in
            if state.lastMail.isEmpty {
                state.lastMail = statistics.mail.map { _ in 0 }
                state.lastCounts = statistics.counts.map { $0.map { _ in 0 } }
            }
            for outcome in Verdict.Outcome.allCases {
                let index = Int(outcome.rawValue)
                counts[SeriesName.mail(outcome)] = statistics.mail[index] - state.lastMail[index]
                for gate in Gate.allCases {
                    let gateIndex = Int(gate.rawValue)
                    counts[SeriesName.gate(gate, outcome)] =
                        statistics.counts[gateIndex][index] - state.lastCounts[gateIndex][index]
                }
            }
            state.lastMail = statistics.mail
            state.lastCounts = statistics.counts
        }
        for (carrier, passed, deferred) in carriers {
            counts[SeriesName.carrierPassed(carrier)] = passed
            counts[SeriesName.carrierDeferred(carrier)] = deferred
        }
        counts = counts.filter { $0.value != 0 }
        minutes.add(counts, minute: now.wall / 60_000)
        let increments = counts.map { HistoryIncrement(series: $0.key, at: now.wall, value: Int64($0.value)) }
        state.withLock { $0.history += increments }
        countDomains(at: now, all: isLast)
    }

    private func countDomains(at now: Moment, all: Bool) {
        let drained = authentication.drain(at: now, all: all)
        state.withLock { state in
            for found in drained {
                let domain = found.domain
                state.domainMinutes.append(
                    DomainMinute(domain: domain, at: found.at, counts: found.tally.columns))
                state.domainSources += found.sources.displaced.map {
                    .displaced(domain: domain, source: $0.description)
                }
                state.domainSources += found.sources.counted.map {
                    .counted(DomainSource($0.uses, of: $0.network, domain: domain, at: now))
                }
            }
        }
    }

    private func takeBatch() -> SecondBatch {
        var batch = SecondBatch()
        batch.queueOwners = takeOwners()
        state.withLock { state in
            swap(&batch.verdicts, &state.pending)
            swap(&batch.offences, &state.offences)
            swap(&batch.history, &state.history)
            swap(&batch.domainMinutes, &state.domainMinutes)
            swap(&batch.domainSources, &state.domainSources)
            if state.next > 1 { batch.newestVerdict = state.next - 1 + verdictNumbers }
        }
        return batch
    }

    /// Queue IDs that were learnt, and those that are queued for so long that the store is to be told again. What the map
    /// forgets the store keeps for its own time.
    private func takeOwners() -> [SecondBatch.Owner] {
        let learnt = queueAccounts.drainChanges().learnt
        var owners: [SecondBatch.Owner] = []
        for start in stride(from: 0, to: learnt.count, by: Self.slice) {
            let pairs = learnt[start..<min(start + Self.slice, learnt.count)]
            owners += gatehouse.withState { state, _ in
                pairs.compactMap { pair in
                    state.gatekeeper.accounts.find(pair.account).map {
                        SecondBatch.Owner(queueID: pair.queueID, account: $0, at: pair.learntAt)
                    }
                }
            }
        }
        return owners
    }
}
