import Foundation
import PolicyStore

/// Writes batches to the store that its argument names, as an engine would, and prints the number of each when it is
/// committed; until it is killed.
///
/// Batch `n` counts `n` bytes for the meters `n % 7` and `named n % 5`, so that what the store must hold after any
/// number of batches can be worked out. The number of the last batch is in `meta`, in the same transaction.
@main
struct Main {
    static func main() throws {
        let store = try PolicyStore.open(path: CommandLine.arguments[1], now: 1_800_000_000_000)
        var meters: [MeterKey: [MeterEntry]] = [:]
        try store.loadMeters { key, entries in meters[key, default: []] += entries }
        var number = try store.meta("batch").flatMap { Int64($0) } ?? 0
        while true {
            number += 1
            try write(number, to: store, &meters)
            FileHandle.standardOutput.write(Data("\(number)\n".utf8))
        }
    }

    private static func write(
        _ number: Int64, to store: PolicyStore, _ meters: inout [MeterKey: [MeterEntry]]
    ) throws {
        let due = try store.metersDue(keeping: 5, atMost: 3)
        let at = 1_800_000_000_000 + number * 1_000
        var batch = StoreBatch(clock: StoredClock(steady: at, wall: at), meta: ["batch": String(number)])
        let entry = MeterEntry(at: at, messages: 1, recipients: 2, bytes: number)
        for key in [MeterKey.account(number % 7), .named(kind: 3, name: "carrier \(number % 5)")] {
            meters[key, default: []].append(entry)
            batch.increments.append(MeterIncrement(key: key, entry: entry))
        }
        batch.checkpoints = due.map { MeterCheckpoint(key: $0, entries: meters[$0] ?? []) }
        batch.history = [HistoryIncrement(series: HistoryIncrement.uptime, at: 1_800_000_000_000, value: 1)]
        try store.write(batch)
        guard number.isMultiple(of: 10) else { return }
        let audit = AuditRecord(
            at: at, actor: "sato", uid: 1_000, verb: "block", target: "192.0.2.0/24", detail: "", reason: "",
            outcome: .done)
        let override = OverrideRecord(
            kind: "block", target: "192.0.2.0/24", value: "", actor: "sato", reason: "", since: at, expires: nil)
        _ = try store.record(audit, creating: [override])
    }
}
