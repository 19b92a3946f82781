import CPrefetch
import MailPolicy

/// The last verdicts with all that explains them, in memory that never grows.
///
/// One writer appends on the path of a request, so a record is two copies into arrays that exist already. Readers
/// copy out what they need.
package struct VerdictJournal: Sendable {
    private var records: ContiguousArray<JournalRecord> = []
    private var bytes: ContiguousArray<UInt8>
    private let capacity: Int
    /// Bytes written since the beginning; where in `bytes` is this modulo its size.
    private var written = 0
    /// Number of the next record; the first is 1.
    package private(set) var next: Int64 = 1

    /// - Parameter capacity: how many records are kept.
    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
        records.reserveCapacity(self.capacity)
        bytes = ContiguousArray(repeating: 0, count: max(self.capacity * 224, 65_536))
    }

    /// Number of the oldest record that is still whole.
    package var oldest: Int64 { max(next - Int64(records.count), 1) }

    package mutating func append(
        _ verdict: Verdict, _ request: GateRequest, in text: Span<UInt8>, reply: String, at now: Moment
    ) {
        var texts = JournalRecord.Texts(start: written)
        texts.source = put(text, request.clientAddress)
        texts.login = put(text, request.login)
        texts.sender = put(text, request.sender)
        texts.recipient = put(text, request.recipient)
        texts.queueID = put(text, request.queueID)
        texts.instance = put(text, request.instance)
        if !reply.isEmpty {
            var reply = reply
            texts.reply = reply.withUTF8 { put($0.span, 0..<$0.count) }
        }
        let record = JournalRecord(
            number: next, at: now, gate: request.gate, state: request.state, verdict: verdict, texts: texts)
        if records.count < capacity {
            records.append(record)
        } else {
            records[Int((next - 1) % Int64(capacity))] = record
        }
        next += 1
        prefetchNext()
    }

    /// Asks for where the next record will lie, which was last written to a whole round ago.
    private func prefetchNext() {
        if records.count == capacity {
            records.withUnsafeBytes { buffer in
                let start = Int((next - 1) % Int64(capacity)) * MemoryLayout<JournalRecord>.stride
                Self.prefetch(buffer, start..<start + MemoryLayout<JournalRecord>.stride)
            }
        }
        let start = written % bytes.count
        bytes.withUnsafeBytes { Self.prefetch($0, start..<min(start + 192, bytes.count)) }
    }

    private static func prefetch(_ buffer: UnsafeRawBufferPointer, _ range: Range<Int>) {
        guard let base = buffer.baseAddress else { return }
        for line in stride(from: range.lowerBound, to: range.upperBound, by: 64) { prefetch_line(base + line) }
    }

    private mutating func put(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
        // A request's line is at most 2,048 bytes, so this cuts nothing that came from Postfix.
        let count = min(range.count, 4096)
        guard count > 0 else { return 0 }
        let size = bytes.count
        let start = written % size
        let fits = min(count, size - start)
        text.extracting(range.lowerBound..<range.lowerBound + count).withUnsafeBufferPointer { source in
            bytes.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                // In bounds: fits <= size - start, and the rest <= start, since count <= 4096 < size.
                (to + start).update(from: from, count: fits)
                to.update(from: from + fits, count: count - fits)
            }
        }
        written += count
        return UInt16(count)
    }

    /// The record of a number, if it is still whole.
    package func record(_ number: Int64) -> JournalRecord? {
        guard number >= oldest, number < next else { return nil }
        let record = records[Int((number - 1) % Int64(capacity))]
        return record.texts.start >= written - bytes.count ? record : nil
    }

    /// A record with its texts.
    package func explained(_ number: Int64) -> ExplainedVerdict? {
        guard let record = record(number) else { return nil }
        var position = record.texts.start
        func text(_ length: UInt16) -> String {
            defer { position += Int(length) }
            return string(from: position, count: Int(length))
        }
        return ExplainedVerdict(
            record: record, source: text(record.texts.source), login: text(record.texts.login),
            sender: text(record.texts.sender), recipient: text(record.texts.recipient),
            queueID: text(record.texts.queueID), instance: text(record.texts.instance),
            reply: text(record.texts.reply))
    }

    private func string(from position: Int, count: Int) -> String {
        let start = position % bytes.count
        let fits = min(count, bytes.count - start)
        if fits == count { return String(decoding: bytes[start..<start + count], as: UTF8.self) }
        return String(decoding: bytes[start...] + bytes[..<(count - fits)], as: UTF8.self)
    }

    /// One text of a record is this one; without making a `String`.
    package func matches(_ record: JournalRecord, _ field: Field, _ wanted: [UInt8]) -> Bool {
        let (offset, count) = field.place(in: record.texts)
        guard count == wanted.count else { return false }
        let size = bytes.count
        for index in 0..<count
        where NameTable.folded(bytes[(record.texts.start + offset + index) % size]) != wanted[index] { return false }
        return true
    }

    package enum Field: Sendable {
        case source, login, queueID, instance

        func place(in texts: JournalRecord.Texts) -> (offset: Int, count: Int) {
            let login = Int(texts.source)
            let queueID = login + Int(texts.login) + Int(texts.sender) + Int(texts.recipient)
            switch self {
            case .source: return (0, Int(texts.source))
            case .login: return (login, Int(texts.login))
            case .queueID: return (queueID, Int(texts.queueID))
            case .instance: return (queueID + Int(texts.queueID), Int(texts.instance))
            }
        }
    }
}

/// Records with their bytes, copied out in one go so that the lock is held for two copies only.
package struct JournalExcerpt: Sendable {
    package private(set) var records: [JournalRecord] = []
    /// What the places of the records point into.
    package private(set) var bytes: [UInt8] = []
    /// Records that were overwritten before they could be copied.
    package private(set) var lost = 0

    package init() {}

    fileprivate mutating func refill(_ body: (inout [JournalRecord], inout [UInt8]) -> Int) {
        records.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        lost = body(&records, &bytes)
    }
}

extension JournalRecord {
    /// Where the texts of a record lie in what its `start` counts; of a copied record, in its excerpt's bytes.
    package var places: Places { Places(texts) }

    package struct Places: Sendable {
        package let source, login, sender, recipient, queueID, instance, reply: Range<Int>

        init(_ texts: Texts) {
            var at = texts.start
            func next(_ length: UInt16) -> Range<Int> {
                defer { at += Int(length) }
                return at..<at + Int(length)
            }
            source = next(texts.source)
            login = next(texts.login)
            sender = next(texts.sender)
            recipient = next(texts.recipient)
            queueID = next(texts.queueID)
            instance = next(texts.instance)
            reply = next(texts.reply)
        }
    }
}

extension VerdictJournal {
    /// Copies records from a number on, at most `limit`.
    /// - Returns: the number to go on with.
    package func copy(from number: Int64, limit: Int, into excerpt: inout JournalExcerpt) -> Int64 {
        var first = max(number, oldest)
        while first < next, record(first) == nil { first += 1 }
        let end = min(next, first + Int64(limit))
        excerpt.refill { copied, texts in
            for number in first..<max(end, first) {
                guard var record = record(number) else { continue }
                let start = record.texts.start % bytes.count
                record.texts.start = texts.count
                let count = record.texts.count
                let fits = min(count, bytes.count - start)
                texts.append(contentsOf: bytes[start..<start + fits])
                if fits < count { texts.append(contentsOf: bytes[..<(count - fits)]) }
                copied.append(record)
            }
            return Int(first - number)
        }
        return max(end, first)
    }
}
