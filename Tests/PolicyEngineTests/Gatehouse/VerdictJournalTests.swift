import MailPolicy
import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite struct VerdictJournalTests {
    private func append(_ count: Int, to journal: inout VerdictJournal, from first: Int = 0, padding: Int = 0) throws {
        for number in first..<first + count {
            let sender = "s\(number)" + String(repeating: "x", count: padding)
            let text = Array(PolicyText.request(instance: "i\(number)", queueID: "Q\(number)", sender: sender).utf8)
            let request = try GateRequest(PolicyRequest.parse(text.span), in: text.span, boundTo: nil)
            journal.append(
                Verdict(.refused, .senderOwnership), request, in: text.span, reply: "554 5.7.1 no \(number)",
                at: Moment(steady: Int64(number), wall: Int64(number)))
        }
    }

    @Test func theNewestAreKeptWithTheirTextsAndTheOldestGo() throws {
        var journal = VerdictJournal(capacity: 100)
        try append(1_000, to: &journal)
        #expect(journal.oldest == 901)
        #expect(journal.explained(900) == nil)
        #expect(journal.explained(1_001) == nil)
        for number in [Int64(901), 950, 1_000] {
            let found = try #require(journal.explained(number))
            #expect(found.sender == "s\(number - 1)")
            #expect(found.queueID == "Q\(number - 1)")
            #expect(found.reply == "554 5.7.1 no \(number - 1)")
        }
    }

    @Test func longTextsShortenTheJournalAndMixNothing() throws {
        var journal = VerdictJournal(capacity: 100)
        try append(500, to: &journal, padding: 1_900)
        var whole = 0
        for number in journal.oldest..<journal.next {
            guard let found = journal.explained(number) else { continue }
            whole += 1
            #expect(found.sender.hasPrefix("s\(number - 1)x"))
            #expect(found.sender.utf8.count == "s\(number - 1)".utf8.count + 1_900)
            #expect(found.instance == "i\(number - 1)")
        }
        #expect(whole > 10 && whole < 100)
        #expect(journal.explained(500) != nil)
    }

    @Test func aFollowerGetsEachOnceAndIsToldWhatItMissed() throws {
        var journal = VerdictJournal(capacity: 100)
        var excerpt = JournalExcerpt()
        var (next, seen, lost) = (Int64(1), [Int64](), 0)
        var written = 0
        for step in [30, 70, 0, 99, 250, 5] {
            try append(step, to: &journal, from: written)
            written += step
            while next < journal.next {
                next = journal.copy(from: next, limit: 16, into: &excerpt)
                seen += excerpt.records.map(\.number)
                lost += excerpt.lost
                for record in excerpt.records {
                    #expect(
                        String(decoding: excerpt.bytes[record.places.sender], as: UTF8.self) == "s\(record.number - 1)")
                }
            }
        }
        #expect(seen == seen.sorted() && Set(seen).count == seen.count)
        #expect(lost == 150)
        #expect(seen.count + lost == written)
    }

    @Test func aTextIsFoundWithoutRegardToCase() throws {
        var journal = VerdictJournal(capacity: 10)
        try append(3, to: &journal)
        let record = try #require(journal.record(2))
        #expect(journal.matches(record, .login, Array("a@isp.example".utf8)))
        #expect(journal.matches(record, .instance, Array("i1".utf8)))
        #expect(!journal.matches(record, .instance, Array("i2".utf8)))
        #expect(journal.matches(record, .queueID, Array("q1".utf8)))
    }
}
