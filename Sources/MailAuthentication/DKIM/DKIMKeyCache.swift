import Synchronization

/// Key records that were read, by their bytes, so that the key of a domain that writes often is parsed once. Holds no DNS
/// answers: how long those last is the resolver's.
///
/// It keeps two generations and drops the older one when the younger is full: bounded, and without a list to keep in order.
package final class DKIMKeyCache: Sendable {
    typealias Entry = Result<DKIMKeyRecord, DKIMKeyRecordError>

    private struct Generations {
        var young: [[UInt8]: Entry] = [:]
        var old: [[UInt8]: Entry] = [:]
    }

    private let generations = Mutex(Generations())
    private let half: Int

    /// - Parameter capacity: Records that are kept at most; a record costs about 2 KB.
    package init(capacity: Int = 4096) {
        half = max(capacity / 2, 1)
    }

    package var count: Int { generations.withLock { $0.young.count + $0.old.count } }

    func read(_ record: [UInt8]) -> Entry {
        // What is too long is not kept.
        guard record.count <= DKIMKeyRecord.byteCount else { return .failure(.tooLong(bytes: record.count)) }
        if let known = generations.withLock({ $0.young[record] }) { return known }
        if let known = generations.withLock({ $0.old.removeValue(forKey: record) }) {
            keep(known, for: record)
            return known
        }
        // Parsed outside of the lock; two threads may do it twice.
        let entry = Entry { () throws(DKIMKeyRecordError) in try DKIMKeyRecord(record) }
        keep(entry, for: record)
        return entry
    }

    private func keep(_ entry: Entry, for record: [UInt8]) {
        generations.withLock { generations in
            if generations.young.count >= half {
                generations.old = generations.young
                generations.young = [:]
            }
            generations.young[record] = entry
        }
    }
}
