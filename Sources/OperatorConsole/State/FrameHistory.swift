import ControlProtocol

/// Frames of one screen that were shown before, for looking back: one a second of the last minute and a half, one in
/// ten seconds of the ten minutes before.
struct FrameHistory: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        var at: Milliseconds
        var frame: ViewFrame
    }

    private(set) var entries: [Entry] = []

    static let fineEntries = 90
    static let coarseEntries = 60
    private static let fineInterval: Milliseconds = 1_000
    private static let coarseInterval: Milliseconds = 10_000

    mutating func record(_ frame: ViewFrame, at: Milliseconds) {
        if let last = entries.last, at - last.at < Self.fineInterval { return }
        entries.append(Entry(at: at, frame: frame))
        thin()
    }

    /// Keeps the newest few, when the screen is left for another.
    mutating func shrink(to count: Int) {
        if entries.count > count { entries.removeFirst(entries.count - count) }
    }

    /// Lets the entry that falls out of the fine part go when the coarse part has one that is near it.
    private mutating func thin() {
        guard entries.count > Self.fineEntries else { return }
        let leaving = entries.count - Self.fineEntries - 1
        if leaving > 0, entries[leaving].at - entries[leaving - 1].at < Self.coarseInterval {
            entries.remove(at: leaving)
        }
        if entries.count > Self.fineEntries + Self.coarseEntries { entries.removeFirst() }
    }
}
