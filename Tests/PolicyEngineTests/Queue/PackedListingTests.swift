import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite struct PackedListingTests {
    private func read(_ text: String, maximum: Int = 1_000) -> PackedListing {
        var packed = PackedListing(instance: "mx1", maximum: maximum)
        var listing = QueueListing()
        listing.read(Array(text.utf8).span) { packed.add($0) }
        listing.finish { packed.add($0) }
        return packed
    }

    private func messages(_ text: String) -> QueueMessages {
        var messages = QueueMessages()
        messages.replace(read(text).messages)
        return messages
    }

    private func line(_ queue: String, _ id: String, recipients: String = #"{"address": "a@docomo.ne.jp"}"#) -> String {
        #"{"queue_name": "\#(queue)", "queue_id": "\#(id)", "arrival_time": 1795570181, "message_size": 258, "#
            + #""forced_expire": false, "sender": "yamada88@isp.example", "recipients": [\#(recipients)]}"# + "\n"
    }

    @Test func whatPostfixPrintsIsReadWhole() throws {
        let listing = read(RecordedListing.text)
        #expect(listing.badLines == 0)
        #expect(listing.messages.count == 6)
        let messages = messages(RecordedListing.text)
        let held = try #require(messages.first { $0.queueID == "4jZ2Cn6sd0z2NG95" })
        #expect(held.queue == .hold)
        #expect(held.instance == "mx1")
        #expect(held.arrival == 1_795_570_181_000)
        #expect(held.size == 258)
        #expect(held.sender == "yamada88@isp.example")
        #expect(held.recipients.count == 2)
        #expect(held.recipients.first.map(\.address) == ["hanako@docomo.ne.jp", "taro@docomo.ne.jp"])
        #expect(
            held.recipients.first[1].delayReason?.hasPrefix("host mfsmax.docomo.ne.jp[203.0.113.8] said: 421") == true)
        #expect(messages.contains { $0.sender == "佐藤@shop.example" })
        let quoted = try #require(messages.first { $0.queueID == "4jZ2D55y3zz2NGJ8" })
        #expect(quoted.recipients.first.first?.address == #""odd \"quoted\" name"@example.org"#)
    }

    @Test func theNullSenderIsEmpty() throws {
        let bounce = try #require(messages(RecordedListing.text).first { $0.queueID == "4jZ2Cn6vxZz2NG91" })
        #expect(bounce.sender.isEmpty)
    }

    @Test func aMessageThatMovesWhileItIsListedIsThereOnceInItsNewerQueue() {
        let messages = messages(line("deferred", "4jZ2Cn6sd0z2NG95") + line("active", "4jZ2Cn6sd0z2NG95"))
        #expect(messages.map(\.queue) == [.active])
    }

    @Test func garbageIsLeftOutAndTold() {
        let listing = read(
            line("active", "4jZ2Cn6sd0z2NG95") + "no JSON\n" + "{}\n" + "\n" + line("hold", "4jZ2Cn6vxZz2NG91"))
        #expect(listing.messages.count == 2)
        #expect(listing.badLines == 2)
        #expect(listing.firstBadLine?.line == 2)
    }

    @Test(arguments: ["$(touch /tmp/x)", "ALL", "-", "../../etc/passwd", "4jZ2Cn6sd0z2NG95\\n4jZ2Cn6vxZz2NG91", ""])
    func anIDThatPostfixWouldNotMakeIsRefused(_ id: String) {
        let listing = read(line("active", id))
        #expect(listing.messages.count == 0)
        #expect(listing.badLines == 1)
    }

    @Test func aQueueOverTheMaximumIsCounted() {
        let ids = (0..<10).map { "4jZ2Cn6sd0z2NG9\($0)" }
        let listing = read(ids.map { line("active", $0) }.joined(), maximum: 4)
        #expect(listing.messages.count == 4)
        #expect(listing.notKept == 6)
    }

    @Test func manyRecipientsAreCountedAndTheFirstAreKept() {
        let recipients = (0..<50).map { number in
            #"{"address": "r\#(number)@\#(number % 2 == 0 ? "Docomo.ne.jp" : "au.com")", "#
                + #""delay_reason": "reason \#(number % 3)"}"#
        }
        let message = messages(line("deferred", "4jZ2Cn6sd0z2NG95", recipients: recipients.joined(separator: ", ")))[0]
        #expect(message.recipients.count == 50)
        #expect(message.recipients.first.count == QueuedRecipients.kept)
        for (number, recipient) in message.recipients.first.enumerated() {
            #expect(recipient.delayReason == "reason \(number % 3)")
        }
        var domains: [String: Int] = [:]
        message.recipients.forEachDomain { domains[$0, default: 0] += $1 }
        #expect(domains == ["docomo.ne.jp": 25, "au.com": 25])
    }

    @Test func reasonsThatDifferStayWithTheirRecipients() {
        var recipients = QueuedRecipients()
        for (address, reason) in [("a@x", "one"), ("b@x", "one"), ("c@x", nil), ("d@y", "two")] {
            recipients.append(address: address, reason: reason)
        }
        #expect(recipients.first.map(\.delayReason) == ["one", "one", nil, "two"])
        #expect(recipients.first.map(\.address) == ["a@x", "b@x", "c@x", "d@y"])
    }

    @Test func recipientsThatTheListingLeavesOutAreCountedUnderNoDomain() {
        var recipients = QueuedRecipients([("a@docomo.ne.jp", nil)])
        recipients.appendUnlisted(3)
        recipients.appendUnlisted(0)
        #expect(recipients.count == 4)
        var domains: [String: Int] = [:]
        recipients.forEachDomain { domains[$0, default: 0] += $1 }
        #expect(domains == ["docomo.ne.jp": 1, "": 3])
    }

    @Test func linesOverTheLimitAreSkippedAndTheNextIsRead() {
        var lines = LineSplitter(limit: 10)
        var found: [String] = []
        let text = "short\n" + String(repeating: "x", count: 1_000) + "\nnext\nlast"
        for chunk in stride(from: 0, to: text.utf8.count, by: 7) {
            Array(text.utf8.dropFirst(chunk).prefix(7)).withUnsafeBytes { bytes in
                lines.feed(bytes) { found.append(String(decoding: $0, as: UTF8.self)) }
            }
        }
        lines.finish { found.append(String(decoding: $0, as: UTF8.self)) }
        #expect(found == ["short", "next", "last"])
        #expect(lines.tooLong == 1)
    }
}
