import Synchronization

/// Records that were read before, and what was wrong with those that could not be.
///
/// It is keyed by the record's bytes, so that it can never be out of date. It holds at least the last half of its
/// bounds that was used, and may be shared by all checks of a process.
package final class SPFRecordCache: Sendable {
    /// Two generations: what is used moves to the younger one; when that is full the older one is dropped.
    private struct Generations {
        var younger: [Key: Entry] = [:]
        var youngerBytes = 0
        var older: [Key: Entry] = [:]
    }

    /// Hashes all bytes in one go; an array would hash them one by one, which takes longer than the rest of a check.
    private struct Key: Hashable {
        var bytes: [UInt8]

        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
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
        let key = Key(bytes: bytes)
        if let known = known(key) { return try known.get() }
        let read: Entry
        do {
            read = .success(try SPFRecordParser.parse(bytes, from: start))
        } catch {
            read = .failure(error)
        }
        keep(read, for: key)
        return try read.get()
    }

    private func known(_ key: Key) -> Entry? {
        generations.withLock { generations in
            if let entry = generations.younger[key] { return entry }
            guard let entry = generations.older[key] else { return nil }
            add(entry, for: key, to: &generations)
            return entry
        }
    }

    private func keep(_ entry: Entry, for key: Key) {
        generations.withLock { add(entry, for: key, to: &$0) }
    }

    private func add(_ entry: Entry, for key: Key, to generations: inout Generations) {
        let cost = Self.cost(entry, key.bytes)
        guard cost <= bytesOfGeneration else { return }
        if generations.younger.count >= recordsOfGeneration || generations.youngerBytes + cost > bytesOfGeneration {
            generations.older = generations.younger
            generations.younger = [:]
            generations.youngerBytes = 0
        }
        if generations.younger.updateValue(entry, forKey: key) == nil { generations.youngerBytes += cost }
    }

    /// The record, twice as text of its terms and parts of its names, and what its terms take beside.
    private static func cost(_ entry: Entry, _ bytes: [UInt8]) -> Int {
        let directives = (try? entry.get().directives.count) ?? 0
        return 256 + bytes.count * 3 + directives * (MemoryLayout<SPFRecord.Directive>.stride + 168)
    }
}
