import MailAuthentication
import MailPolicy
import Synchronization

/// What the answer cache keeps, and for how long.
package struct AnswerCacheBounds: Sendable, Equatable {
    package var entries = 100_000
    /// Of the names and the records' data together, each entry's own cost included.
    package var bytes = 64 << 20
    /// The longest that an answer with records is kept, whatever its TTL.
    package var positive: Milliseconds = 3_600_000
    /// The longest that "no such name" and "no such record" are kept (RFC 2308 section 5).
    package var negative: Milliseconds = 900_000
    /// How long a negative answer is kept that came without an SOA record, and so without a TTL.
    package var negativeWithoutTTL: Milliseconds = 30_000
    /// How long a failure is kept, so that a dead server is not asked for every message (RFC 9520 section 3.2: one
    /// second to five minutes).
    package var failure: Milliseconds = 5_000

    package init() {}
}

/// Answers that are still good, in bounded memory.
///
/// Each shard has two generations: what is new or was just used is in the young one; when that holds half of what
/// the shard may, it becomes the old one and what was old is gone. So what is asked for stays, in constant time and
/// without a list to keep in order.
package final class AnswerCache: Sendable {
    private struct Entry {
        var answer: Answer
        var expires: Milliseconds
        var cost: Int
    }

    private struct Generation {
        var entries: [Question: Entry] = [:]
        var bytes = 0

        mutating func put(_ entry: Entry, for question: Question) {
            let former = entries.updateValue(entry, forKey: question)
            bytes += entry.cost - (former?.cost ?? 0)
        }

        mutating func remove(_ question: Question) {
            if let former = entries.removeValue(forKey: question) { bytes -= former.cost }
        }
    }

    private struct Generations {
        var young = Generation()
        var old = Generation()
    }

    private final class Shard: Sendable {
        let generations = Mutex(Generations())
    }

    private static let shardCount = 16
    /// About what a dictionary slot, the array of records and a string's storage cost.
    private static let entryCost = 192

    private let bounds: AnswerCacheBounds
    private let shards: [Shard]
    private let entriesPerGeneration: Int
    private let bytesPerGeneration: Int

    package init(bounds: AnswerCacheBounds = AnswerCacheBounds()) {
        self.bounds = bounds
        shards = (0..<Self.shardCount).map { _ in Shard() }
        entriesPerGeneration = max(bounds.entries / Self.shardCount / 2, 1)
        bytesPerGeneration = bounds.bytes / Self.shardCount / 2
    }

    /// The answer, if there is one that has not run out.
    package func answer(to question: Question, at now: Milliseconds) -> Answer? {
        shard(of: question).generations.withLock { generations in
            if let entry = generations.young.entries[question] {
                if entry.expires > now { return entry.answer }
                generations.young.remove(question)
                return nil
            }
            guard let entry = generations.old.entries[question] else { return nil }
            generations.old.remove(question)
            guard entry.expires > now else { return nil }
            put(entry, for: question, in: &generations)
            return entry.answer
        }
    }

    /// Keeps an answer for as long as its kind may be kept.
    /// - Parameter ttl: of the answer, in seconds; 0 where it has none.
    package func keep(_ answer: Answer, for question: Question, ttl: Int, at now: Milliseconds) {
        let ttl = Milliseconds(max(ttl, 0)) * 1000
        let span =
            switch answer.outcome {
            case .records: min(ttl, bounds.positive)
            case .noData, .noSuchName: ttl > 0 ? min(ttl, bounds.negative) : bounds.negativeWithoutTTL
            case .failed: bounds.failure
            }
        let cost = Self.cost(of: answer, to: question)
        guard span > 0, cost <= bytesPerGeneration else { return }
        let entry = Entry(answer: answer, expires: now + span, cost: cost)
        shard(of: question).generations.withLock { generations in
            generations.old.remove(question)
            put(entry, for: question, in: &generations)
        }
    }

    /// What is held, run out or not.
    package var size: (entries: Int, bytes: Int) {
        shards.reduce(into: (entries: 0, bytes: 0)) { size, shard in
            shard.generations.withLock {
                size.entries += $0.young.entries.count + $0.old.entries.count
                size.bytes += $0.young.bytes + $0.old.bytes
            }
        }
    }

    private func put(_ entry: Entry, for question: Question, in generations: inout Generations) {
        if generations.young.entries.count >= entriesPerGeneration
            || generations.young.bytes + entry.cost > bytesPerGeneration
        {
            generations.old = generations.young
            generations.young = Generation()
            generations.old.remove(question)
        }
        generations.young.put(entry, for: question)
    }

    private func shard(of question: Question) -> Shard {
        shards[Int(UInt(bitPattern: question.hashValue) % UInt(Self.shardCount))]
    }

    private static func cost(of answer: Answer, to question: Question) -> Int {
        let name = question.name.text.utf8.count
        return answer.records.reduce(entryCost + name) { sum, record in
            switch record {
            case .address: sum + MemoryLayout<Record>.stride
            case .mx(_, let name), .ptr(let name): sum + MemoryLayout<Record>.stride + 32 + name.text.utf8.count
            case .text(let bytes): sum + MemoryLayout<Record>.stride + 32 + bytes.count
            }
        }
    }
}
