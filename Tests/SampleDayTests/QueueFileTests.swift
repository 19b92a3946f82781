import Foundation
import PostfixProtocols
import Testing

@testable import SampleDay

@Suite struct QueueFileTests {
    private struct Entry: Decodable {
        struct Recipient: Decodable {
            var address: String
            var delay_reason: String?
        }
        var queue_name: String
        var queue_id: String
        var arrival_time: Int
        var message_size: Int
        var forced_expire: Bool
        var sender: String
        var recipients: [Recipient]
    }

    private let entries: [Entry]

    init() throws {
        let decoder = JSONDecoder()
        entries = try Repository.sampleData("postqueue.json").split(separator: UInt8(ascii: "\n"))
            .map { try decoder.decode(Entry.self, from: Data($0)) }
    }

    @Test func itIsTheQueueOfTwoOClock() {
        #expect((3000...3400).contains(entries.count))
        #expect(Set(entries.map(\.queue_name)) == ["active", "deferred", "hold"])
        #expect(Set(entries.map(\.queue_id)).count == entries.count)
        #expect(entries.allSatisfy { Int64($0.arrival_time) * 1000 <= DayClock.demonstration })
        #expect(entries.allSatisfy { ($0.queue_name == "deferred") == ($0.recipients[0].delay_reason != nil) })
    }

    @Test func docomoHasSlowedDown() {
        let docomo = entries.filter { $0.recipients[0].address.hasSuffix("@docomo.ne.jp") }
        #expect(docomo.count > entries.count / 2)
        #expect(docomo.count { $0.queue_name == "deferred" } > docomo.count * 8 / 10)
    }

    @Test func theCarriersOwnRepliesAreInIt() {
        let reasons = entries.compactMap { $0.recipients[0].delay_reason }
        for reply in [
            "554 Transaction failed", "550 Unknown user ", "552 Too much mail data", ">: User unknown",
            "550 Invalid recipient: <", " does not exist",
        ] {
            #expect(reasons.contains { $0.contains(reply) }, "\(reply)")
        }
    }

    @Test func whatAccountsSubmittedHasTheQueueIDsOfTheirRequests() throws {
        let requests = try CommittedDay.shared.get().requests
        let submitted = Set(requests.filter { $0.state == .endOfMessage }.map(\.queueID))
        #expect(entries.count { submitted.contains($0.queue_id) } > 200)
    }
}
