/// What has been counted for one key. It knows nothing of limits, so changing a limit keeps the history.
///
/// Counts are exact to the millisecond for the first ``exactEntries`` messages of the time that is kept. Beyond that,
/// neighbours are merged into the later of the two, so that a count leaves a rolling period late and never early: what
/// passes in a period can only be less than the limit. It is late by at most 1/128 of its age, or 1/32 where a message
/// a millisecond is counted over a month.
package struct Meter: Sendable {
    /// Running totals up to and including what was counted at `at`; differences of two give what lies between, also
    /// after they have wrapped.
    private struct Entry: Sendable {
        var at: Milliseconds
        var messages: UInt32
        var recipients: UInt32
        var bytes: UInt64

        func amount(since earlier: Entry) -> Amount {
            Amount(
                messages: Int64(messages &- earlier.messages), recipients: Int64(recipients &- earlier.recipients),
                bytes: Int64(bitPattern: bytes &- earlier.bytes))
        }
    }

    package static let exactEntries = 2048

    /// Oldest first, with times that never fall. Those before `first` are out of the time that is kept, but the last of
    /// them holds the totals from which the others are counted.
    private var entries: ContiguousArray<Entry> = []
    private var first = 0
    /// Totals before `entries[0]`.
    private var origin = Entry(at: .min, messages: 0, recipients: 0, bytes: 0)
    /// Taken by transactions in progress.
    package private(set) var reserved = Amount.zero

    package init() {}

    package var isEmpty: Bool { first == entries.count && reserved == .zero }

    private var totals: Entry { entries.last ?? origin }

    private func totals(before index: Int) -> Entry { index > 0 ? entries[index - 1] : origin }

    /// Index of the first entry after a time.
    private func index(after start: Milliseconds) -> Int {
        // What matters is mostly near an end.
        if first == entries.count || entries[first].at > start { return first }
        var low = first + 1
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].at > start { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// What was counted after `start`, without what is reserved.
    package func counted(after start: Milliseconds) -> Amount {
        totals.amount(since: totals(before: index(after: start)))
    }

    package func counted(_ unit: Limit.Unit, after start: Milliseconds) -> Int64 {
        let from = totals(before: index(after: start))
        let all = totals
        switch unit {
        case .messages: return Int64(all.messages &- from.messages)
        case .recipients: return Int64(all.recipients &- from.recipients)
        case .bytes: return Int64(bitPattern: all.bytes &- from.bytes)
        }
    }

    /// The time of the count with which, from the oldest after `start` on, at least `amount` are reached: when that
    /// count leaves a rolling period, so much is free. `nil` if there is less.
    package func time(ofReaching amount: Int64, _ unit: Limit.Unit, after start: Milliseconds) -> Milliseconds? {
        let begin = index(after: start)
        let from = totals(before: begin)
        var low = begin
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].amount(since: from)[unit] >= amount { high = middle } else { low = middle + 1 }
        }
        return low < entries.count ? entries[low].at : nil
    }

    package mutating func reserve(_ amount: Amount) { reserved = reserved + amount }

    package mutating func giveBack(_ amount: Amount) { reserved = (reserved - amount).increase }

    /// Counts an amount. A time before the newest count's is taken as the newest's.
    /// - Parameter retention: how long a count can matter.
    package mutating func count(_ amount: Amount, at time: Milliseconds, retention: Milliseconds) {
        var entry = totals
        entry.at = max(entry.at, time)
        entry.messages &+= UInt32(truncatingIfNeeded: amount.messages)
        entry.recipients &+= UInt32(truncatingIfNeeded: amount.recipients)
        entry.bytes &+= UInt64(bitPattern: amount.bytes)
        if let last = entries.indices.last, last >= first, entries[last].at == entry.at {
            entries[last] = entry
            return
        }
        forget(before: entry.at - retention)
        entries.append(entry)
        if entries.count - first > Self.exactEntries { coarsen(at: entry.at) }
    }

    /// Drops what is older; amortized constant time.
    private mutating func forget(before start: Milliseconds) {
        while first < entries.count, entries[first].at <= start { first += 1 }
        guard first > 8, first * 2 > entries.count else { return }
        origin = entries[first - 1]
        entries.removeFirst(first)
        first = 0
    }

    private mutating func coarsen(at now: Milliseconds) {
        if first > 0 { origin = entries[first - 1] }
        entries.removeFirst(first)
        first = 0
        var divisor: Milliseconds = 128
        repeat {
            merge(at: now, within: divisor)
            divisor /= 2
        } while entries.count > Self.exactEntries * 3 / 4 && divisor > 0
    }

    /// Merges entries where that makes none of them late by more than its age over `divisor`, however often it is done:
    /// whatever an entry has taken in was counted after the entry before it.
    private mutating func merge(at now: Milliseconds, within divisor: Milliseconds) {
        var kept = 0
        for index in entries.indices {
            let entry = entries[index]
            let takesIn = kept >= 2 && entry.at - entries[kept - 2].at <= (now - entry.at) / divisor
            if !takesIn { kept += 1 }
            entries[kept - 1] = entry
        }
        entries.removeLast(entries.count - kept)
    }

    // MARK: Keeping

    /// The counts after `start`, oldest first, as they have to be kept for a restart.
    package func history(after start: Milliseconds, _ each: (_ at: Milliseconds, _ amount: Amount) -> Void) {
        var before = totals(before: index(after: start))
        for index in index(after: start)..<entries.count {
            each(entries[index].at, entries[index].amount(since: before))
            before = entries[index]
        }
    }
}
