import Foundation
import PostfixProtocols
import Testing

@Suite struct QueueListingTests {
    /// Two as Postfix 3.7.11 prints them, one on hold of 3.5 and later with a reason and UTF-8, one of a later version.
    static let real = """
        {"queue_name": "deferred", "queue_id": "4jZ3300M1fz2Nhjy", "arrival_time": 1795572428, "message_size": 293, \
        "forced_expire": false, "sender": "MAILER-DAEMON", \
        "recipients": [{"address": "a@docomo.ne.jp"}, {"address": "b@ezweb.ne.jp"}]}
        {"queue_name": "active", "queue_id": "4jZ3300K5dz2Nj8x", "arrival_time": 1795572428, "message_size": 322, \
        "forced_expire": false, "sender": "sato@isp.example", "recipients": [{"address": "tanaka@docomo.ne.jp"}]}
        {"queue_name": "hold", "queue_id": "3C1A2B4D5E", "arrival_time": 1795572000, "message_size": 20410, \
        "forced_expire": true, "sender": "佐藤@isp.example", "recipients": [{"address": "\\"a b\\"@au.com", \
        "delay_reason": "host mx.au.com[203.0.113.9] said: 450 4.2.0 <\\"a b\\"@au.com>: try \\u65E5 later"}]}
        {"queue_name": "incoming", "queue_id": "3C1A2B4D5F", "arrival_time": 0, "message_size": 0, \
        "force_expired": true, "sender": "x@isp.example", "recipients": []}

        """

    struct Outcome: Equatable {
        var entries: [QueueEntry] = []
        var errors: [QueueListingError] = []
    }

    static func read(_ bytes: [UInt8], pieces: some Sequence<Int>, lineBytes: Int = QueueListing.lineBytes) -> Outcome {
        var outcome = Outcome()
        var listing = QueueListing(lineBytes: lineBytes)
        func take(_ result: Result<QueueEntry, QueueListingError>) {
            switch result {
            case .success(let entry): outcome.entries.append(entry)
            case .failure(let error): outcome.errors.append(error)
            }
        }
        var start = 0
        for piece in pieces {
            let end = min(start + piece, bytes.count)
            listing.read(bytes.span.extracting(start..<end), take)
            start = end
        }
        listing.finish(take)
        return outcome
    }

    static func read(_ text: String, lineBytes: Int = QueueListing.lineBytes) -> Outcome {
        read(Array(text.utf8), pieces: [text.utf8.count], lineBytes: lineBytes)
    }

    @Test func realLinesAreRead() throws {
        let outcome = Self.read(Self.real)
        #expect(outcome.errors.isEmpty)
        let reason = #"host mx.au.com[203.0.113.9] said: 450 4.2.0 <"a b"@au.com>: try 日 later"#
        #expect(
            outcome.entries == [
                QueueEntry(
                    queueName: "deferred", queueID: try QueueID("4jZ3300M1fz2Nhjy"), arrivalTime: 1_795_572_428,
                    messageSize: 293, sender: "",
                    recipients: [.init(address: "a@docomo.ne.jp"), .init(address: "b@ezweb.ne.jp")], recipientCount: 2),
                QueueEntry(
                    queueName: "active", queueID: try QueueID("4jZ3300K5dz2Nj8x"), arrivalTime: 1_795_572_428,
                    messageSize: 322, sender: "sato@isp.example", recipients: [.init(address: "tanaka@docomo.ne.jp")],
                    recipientCount: 1),
                QueueEntry(
                    queueName: "hold", queueID: try QueueID("3C1A2B4D5E"), arrivalTime: 1_795_572_000,
                    messageSize: 20_410, isForcedToExpire: true, sender: "佐藤@isp.example",
                    recipients: [.init(address: #""a b"@au.com"#, delayReason: reason)], recipientCount: 1),
                QueueEntry(
                    queueName: "incoming", queueID: try QueueID("3C1A2B4D5F"), arrivalTime: 0, messageSize: 0,
                    isForcedToExpire: true, sender: "x@isp.example", recipients: [], recipientCount: 0),
            ])
    }

    @Test func theEntriesAreTheSameWhereverTheLinesAreCut() {
        let bytes = Array(Self.real.utf8)
        let whole = Self.read(Self.real)
        for first in 0...bytes.count {
            #expect(Self.read(bytes, pieces: [first, bytes.count - first]) == whole)
        }
        #expect(Self.read(bytes, pieces: Array(repeating: 1, count: bytes.count)) == whole)
    }

    @Test func theLastLineNeedsNoLineFeed() {
        #expect(Self.read(String(Self.real.dropLast())) == Self.read(Self.real))
    }

    @Test func ofManyRecipientsAllAreCountedAndTheFirstKept() throws {
        let recipients = (0..<3_000).map { #"{"address": "r\#($0)@d.example"}"# }.joined(separator: ", ")
        let entry = try #require(Self.read(Self.line(recipients: recipients)).entries.first)
        #expect(entry.recipientCount == 3_000)
        #expect(entry.recipients.count == QueueEntry.recipientsKept)
        #expect(entry.recipients.last?.address == "r999@d.example")
    }

    static func line(
        queueID: String = "3C1A2B4D5E", size: String = "1", recipients: String = ""
    ) -> String {
        """
        {"queue_name": "active", "queue_id": "\(queueID)", "arrival_time": 1, "message_size": \(size), \
        "sender": "a@isp.example", "recipients": [\(recipients)]}

        """
    }

    static let notJSON = "not JSON, or a number that is not whole"

    @Test(arguments: [
        ("not JSON\n", QueueListingError.Kind.malformed(notJSON)),
        ("{\"queue_name\": \"active\"\n", .malformed(notJSON)),
        ("{}\n", .malformed("field queue_name is missing")),
        ("[1]\n", .malformed("expected an object")),
        ("null\n", .malformed("expected an object, not null")),
        (line(size: "\"1\""), .malformed("message_size: expected a number")),
        (line(size: "-1"), .negative(field: "message_size")),
        (line(size: "1.5"), .malformed(notJSON)),
        (line(size: "99999999999999999999"), .malformed(notJSON)),
        (line(queueID: "ALL"), .wrongQueueID(.wrongCharacter(offset: 1))),
        (line(queueID: ""), .wrongQueueID(.empty)),
        (line(recipients: "7"), .malformed("recipients[0]: expected an object")),
        (String(repeating: "[", count: 10_000) + "\n", .malformed(notJSON)),
    ])
    func aBadLineIsNamedAndReadingGoesOn(bad: String, kind: QueueListingError.Kind) throws {
        let outcome = Self.read(Self.line() + bad + Self.line(queueID: "3C1A2B4D5F"))
        #expect(outcome.entries.map(\.queueID.text) == ["3C1A2B4D5E", "3C1A2B4D5F"])
        let error = try #require(outcome.errors.first)
        #expect(outcome.errors.count == 1)
        #expect(error.line == 2)
        #expect(error.kind == kind)
        #expect(error.description.hasPrefix("queue listing, line 2: "))
    }

    @Test func aLineThatIsTooLongCostsItselfOnly() {
        let long = Self.line(recipients: "{\"address\": \"" + String(repeating: "x", count: 5_000) + "\"}")
        let bytes = Array((Self.line() + long + Self.line(queueID: "3C1A2B4D5F")).utf8)
        for piece in [1, 100, 1_000, bytes.count] {
            let pieces = Array(repeating: piece, count: bytes.count / piece + 1)
            let outcome = Self.read(bytes, pieces: pieces, lineBytes: 1_000)
            #expect(outcome.errors == [.init(line: 2, kind: .tooLong(limit: 1_000))])
            #expect(outcome.entries.map(\.queueID.text) == ["3C1A2B4D5E", "3C1A2B4D5F"])
        }
    }

    @Test func bytesThatAreNoUTF8AreAnErrorOfTheirLine() {
        let bad = Array(Self.line().utf8).replacing("a@isp", with: [0x61, 0xFF, 0x40])
        let bytes = bad + Array(Self.line().utf8)
        let outcome = Self.read(bytes, pieces: [bytes.count])
        #expect(outcome.errors.map(\.line) == [1])
        #expect(outcome.entries.count == 1)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func garbageNeverTraps(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var bytes = Array(Self.real.utf8)
            for _ in 0..<20 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let pieces = (0..<bytes.count).map { _ in Int.random(in: 0...99, using: &generator) } + [bytes.count]
            #expect(Self.read(bytes, pieces: pieces) == Self.read(bytes, pieces: [bytes.count]))
        }
    }
}
