import Synchronization

/// Records that were read before, and what was wrong with those that could not be.
///
/// It is keyed by the record's bytes, so that it can never be out of date. It holds at least the last half of its
/// bounds that was used, and may be shared by all checks of a process.
package final class SPFRecordCache: Sendable {
    /// Two generations: what is used moves to the younger one; when that is full the older one is dropped.
    private struct Generations {
        var younger: [[UInt8]: Entry] = [:]
        var youngerBytes = 0
        var older: [[UInt8]: Entry] = [:]
    }

    private typealias Entry = Result<SPFRecord, SPFSyntaxError>

    private let generations = Mutex(Generations())
    private let recordsOfGeneration: Int
    private let bytesOfGeneration: Int

    /// - Parameters:
    ///   - records: Kept at most.
    ///   - bytes: Of memory at most, about.
    package init(records: Int, bytes: Int) {
        recordsOfGeneration = max(records / 2, 1)
        bytesOfGeneration = bytes / 2
    }

    package var count: Int {
        generations.withLock { $0.younger.count + $0.older.count }
    }

    /// - Parameter start: Where the record's version ends.
    func record(_ bytes: [UInt8], termsFrom start: Int) throws(SPFSyntaxError) -> SPFRecord {
        if let known = known(bytes) { return try known.get() }
        let read: Entry
        do {
            read = .success(try SPFRecordParser.parse(bytes, from: start))
        } catch {
            read = .failure(error)
        }
        keep(read, for: bytes)
        return try read.get()
    }

    private func known(_ bytes: [UInt8]) -> Entry? {
        generations.withLock { generations in
            if let entry = generations.younger[bytes] { return entry }
            guard let entry = generations.older[bytes] else { return nil }
            add(entry, for: bytes, to: &generations)
            return entry
        }
    }

    private func keep(_ entry: Entry, for bytes: [UInt8]) {
        generations.withLock { add(entry, for: bytes, to: &$0) }
    }

    private func add(_ entry: Entry, for bytes: [UInt8], to generations: inout Generations) {
        let cost = Self.cost(entry, bytes)
        guard cost <= bytesOfGeneration else { return }
        if generations.younger.count >= recordsOfGeneration || generations.youngerBytes + cost > bytesOfGeneration {
            generations.older = generations.younger
            generations.younger = [:]
            generations.youngerBytes = 0
        }
        if generations.younger.updateValue(entry, forKey: bytes) == nil { generations.youngerBytes += cost }
    }

    /// The record, twice as text of its terms and parts of its names, and what its terms take beside.
    private static func cost(_ entry: Entry, _ bytes: [UInt8]) -> Int {
        let directives = (try? entry.get().directives.count) ?? 0
        return 256 + bytes.count * 3 + directives * (MemoryLayout<SPFRecord.Directive>.stride + 168)
    }
}
