import PostfixProtocols
import Testing

@testable import SampleDay

@Suite struct QueueFileTests {
    private let entries: [QueueEntry]

    init() throws {
        let bytes = try Repository.sampleData("postqueue.json")
        var listing = QueueListing()
        var results: [Result<QueueEntry, QueueListingError>] = []
        listing.read(bytes.span) { results.append($0) }
        listing.finish { results.append($0) }
        entries = try results.map { try $0.get() }
    }

    @Test func itIsTheQueueOfTwoOClock() {
        #expect((3000...3400).contains(entries.count))
        #expect(Set(entries.map(\.queueName)) == ["active", "deferred", "hold"])
        #expect(Set(entries.map(\.queueID)).count == entries.count)
        #expect(entries.allSatisfy { Int64($0.arrivalTime) * 1000 <= DayClock.demonstration })
        #expect(entries.allSatisfy { ($0.queueName == "deferred") == ($0.recipients[0].delayReason != nil) })
    }

    @Test func docomoHasSlowedDown() {
        let docomo = entries.filter { $0.recipients[0].address.hasSuffix("@docomo.ne.jp") }
        #expect(docomo.count > entries.count / 2)
        #expect(docomo.count { $0.queueName == "deferred" } > docomo.count * 8 / 10)
    }

    @Test(arguments: [
        "554 Transaction failed", "550 Unknown user ", "552 Too much mail data", ">: User unknown",
        "550 Invalid recipient: <", " does not exist",
    ])
    func theCarriersOwnRepliesAreInIt(_ reply: String) {
        #expect(entries.contains { $0.recipients[0].delayReason?.contains(reply) == true })
    }

    @Test func nullSendersAndSMTPUTF8AreInIt() {
        #expect(entries.contains { $0.sender.isEmpty })
        #expect(entries.contains { $0.sender.utf8.contains { $0 >= 0x80 } })
    }

    @Test func whatAccountsSubmittedHasTheQueueIDsOfTheirRequests() throws {
        let requests = try CommittedDay.shared.get().requests
        let submitted = Set(requests.filter { $0.state == .endOfMessage }.map(\.queueID))
        #expect(entries.count { submitted.contains($0.queueID.description) } > 200)
    }
}
