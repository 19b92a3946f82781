import ControlProtocol
import Testing

@testable import PolicyEngine

@Suite struct QueueViewTests {
    private let now: EpochMilliseconds = 1_795_571_200_000

    private func message(
        _ id: String, instance: String = "mx1", _ queue: QueueName = .deferred, minutes: Int64 = 1, size: Int = 100,
        sender: String = "a@isp.example", to recipients: [(address: String, reason: String?)]
    ) -> QueuedMessage {
        QueuedMessage(
            instance: instance, queueID: id, queue: queue, arrival: now - minutes * 60_000, size: size, sender: sender,
            recipients: QueuedRecipients(recipients))
    }

    private func index() -> QueueIndex {
        let accounts = QueueAccountMap()
        accounts.learn(queueID: "AAAA0001", account: "yamada88@isp.example", at: now - 90 * 60_000)
        accounts.learn(queueID: "AAAA0002", account: "yamada88@isp.example", at: now)
        accounts.learn(queueID: "AAAA0003", account: "suzuki@isp.example", at: now)
        let messages = [
            message("AAAA0001", minutes: 90, size: 5_000, to: [("a@docomo.ne.jp", "said: 421"), ("b@au.com", nil)]),
            message("AAAA0002", .hold, minutes: 7, size: 2_000_000, to: [("c@DOCOMO.ne.jp", nil)]),
            message("AAAA0003", .active, minutes: 3, to: [("d@example.org", nil)]),
            message(
                "AAAA0003", instance: "out1", minutes: 300, sender: "佐藤@shop.example",
                to: [("e@ezweb.ne.jp", "timed out")]),
            message("AAAA0005", instance: "out1", .active, minutes: 0, sender: "", to: [("f@example.com", nil)]),
        ]
        return QueueIndex(
            QueuePicture(number: 1, messages: messages),
            join: QueueJoin(
                accounts: accounts,
                carrierOfDomain: {
                    ["docomo.ne.jp": "docomo", "au.com": "au", "ezweb.ne.jp": "au"][$0]
                },
                accountOfSender: { instance, sender in
                    instance == "out1" && sender == "佐藤@shop.example" ? "satou@isp.example" : nil
                }))
    }

    private func ids(_ query: ViewQuery) throws -> [String] {
        try QueueView().page(query, of: index(), now: now).rows.map(\.id)
    }

    @Test func theOldestComesFirstUnlessAskedOtherwise() throws {
        #expect(
            try ids(ViewQuery(.queue))
                == ["out1/AAAA0003", "mx1/AAAA0001", "mx1/AAAA0002", "mx1/AAAA0003", "out1/AAAA0005"])
        #expect(try ids(ViewQuery(.queue, sort: "size", limit: 2)) == ["mx1/AAAA0002", "mx1/AAAA0001"])
        #expect(try ids(ViewQuery(.queue, sort: "age", descending: false, limit: 1)) == ["out1/AAAA0005"])
    }

    @Test func everyColumnThatTheViewOffersCanBeSortedAndFilteredBy() throws {
        for column in ViewQuery.columns(of: .queue) {
            #expect(try ids(ViewQuery(.queue, sort: column)).count == 5)
            let term = ["age": "age>=0s", "size": "size>=0"][column] ?? "\(column)=nothing"
            #expect(try ids(ViewQuery(.queue, filter: term)).count == (term.contains("nothing") ? 0 : 5))
        }
    }

    @Test(arguments: [
        ("yamada88", ["mx1/AAAA0001", "mx1/AAAA0002"]), ("state:hold", ["mx1/AAAA0002"]),
        ("carrier:au", ["out1/AAAA0003", "mx1/AAAA0001"]), ("recipient=b@au.com", ["mx1/AAAA0001"]),
        ("size>1M", ["mx1/AAAA0002"]), ("age>20m state:deferred", ["out1/AAAA0003", "mx1/AAAA0001"]),
        (#"reason:"timed out""#, ["out1/AAAA0003"]), ("佐藤", ["out1/AAAA0003"]),
        ("instance:out1 age<1m", ["out1/AAAA0005"]), ("aaaa0005", ["out1/AAAA0005"]),
        ("account=\"\" instance:out1", ["out1/AAAA0005"]), ("id=mx1/AAAA0003", ["mx1/AAAA0003"]),
    ])
    func filters(_ filter: String, _ expected: [String]) throws {
        #expect(try ids(ViewQuery(.queue, filter: filter)) == expected)
    }

    @Test func aRowHasItsAccountAndCarrier() throws {
        let row = index().row(3)
        #expect(row.account == "satou@isp.example")
        #expect(row.carrier == "au")
        #expect(row.recipients == [QueueRow.Recipient(address: "e@ezweb.ne.jp", delayReason: "timed out")])
        #expect(row.queue == "deferred")
    }

    @Test func aPageTellsHowManyThereAre() throws {
        let page = try QueueView().page(
            ViewQuery(.queue, filter: "docomo", offset: 1, limit: 1, locate: "mx1/AAAA0001"), of: index(), now: now)
        #expect(page.total == 5)
        #expect(page.matched == 2)
        #expect(page.offset == 1)
        #expect(page.rows.map(\.id) == ["mx1/AAAA0002"])
        #expect(page.located == 0)
    }

    @Test func aBadFilterOrSortColumnIsAnErrorThatNamesTheNearest() {
        #expect(throws: ControlError.invalidParameters(#"filter: no column is named "sendr"; did you mean "sender"?"#))
        {
            try ids(ViewQuery(.queue, filter: "sendr:x"))
        }
        #expect(
            throws: ControlError.invalidParameters(
                #"the view queue has no column "sizes" to sort by; did you mean "size"?"#)
        ) {
            try ids(ViewQuery(.queue, sort: "sizes"))
        }
    }

    @Test func aNewPictureIsNotAnsweredFromTheOldOne() throws {
        let view = QueueView()
        let old = index()
        #expect(try view.page(ViewQuery(.queue), of: old, now: now).rows.count == 5)
        let new = QueueIndex(
            QueuePicture(number: 2, messages: [old.messages[0]]), join: QueueJoin(accounts: QueueAccountMap()))
        #expect(try view.page(ViewQuery(.queue), of: new, now: now).rows.map(\.id) == ["mx1/AAAA0001"])
    }

    @Test func anAgeFilterFollowsTheClockWithoutANewPicture() throws {
        let view = QueueView()
        let query = ViewQuery(.queue, filter: "age>10m")
        #expect(try view.page(query, of: index(), now: now).matched == 2)
        #expect(try view.page(query, of: index(), now: now + 300_000).matched == 3)
    }

    @Test func recipientsAreCountedByCarrierAndAge() {
        #expect(
            index().ages(at: now) == [
                QueueAges(carrier: "au", total: 2, ages: [0, 0, 0, 0, 0, 2]),
                QueueAges(carrier: "docomo", total: 2, ages: [0, 1, 0, 0, 0, 1]),
                QueueAges(carrier: "other", total: 2, ages: [2, 0, 0, 0, 0, 0]),
            ])
    }

    @Test func countsByAccountAndCarrier() {
        let index = index()
        #expect(
            index.messagesByAccount
                == ["yamada88@isp.example": 2, "suzuki@isp.example": 1, "satou@isp.example": 1])
        #expect(index.recipientsByCarrier["au"] == QueueIndex.CarrierQueue(queued: 2, deferred: 2))
        #expect(index.recipientsByCarrier["docomo"] == QueueIndex.CarrierQueue(queued: 2, deferred: 1))
    }

    private func resolve(_ selection: QueueSelection) throws -> [String] {
        let index = index()
        return try index.resolve(selection, now: now).map { index.messages[$0].id }
    }

    @Test func aSelectionIsResolvedByIDFilterOrAccount() throws {
        #expect(
            try resolve(.messages(ids: ["AAAA0005", "mx1/AAAA0003", "AAAA0005"])) == ["out1/AAAA0005", "mx1/AAAA0003"])
        #expect(try resolve(.filter(text: "size>1M")) == ["mx1/AAAA0002"])
        #expect(try resolve(.account(name: "yamada88@isp.example")) == ["mx1/AAAA0001", "mx1/AAAA0002"])
    }

    @Test func aSelectionThatIsNotClearIsRefusedByName() {
        #expect(
            throws: ControlError.invalidParameters(
                "several instances have a message AAAA0003: say mx1/AAAA0003 or out1/AAAA0003")
        ) {
            try resolve(.messages(ids: ["AAAA0003"]))
        }
        for id in ["AAAA0009", "mx9/AAAA0001"] {
            #expect(throws: ControlError.notFound("no message \(id) is in the queue as it was last read")) {
                try resolve(.messages(ids: ["AAAA0001", id]))
            }
        }
        #expect(throws: ControlError.notFound("nothing is queued for the account nobody@isp.example")) {
            try resolve(.account(name: "nobody@isp.example"))
        }
        #expect(throws: ControlError.self) { try resolve(.messages(ids: [])) }
        #expect(throws: ControlError.self) { try resolve(.filter(text: "sendr:x")) }
    }

    @Test func anEmptyFilterDoesNotMeanTheWholeQueue() throws {
        #expect(throws: ControlError.self) { try resolve(.filter(text: "  ")) }
        #expect(try resolve(.filter(text: "size>=0")).count == 5)
    }

    @Test func thePreviewCountsWhatAnOperationHits() throws {
        let index = index()
        let facts = index.facts(of: Array(index.messages.indices), now: now)
        #expect(facts.messages == 5)
        #expect(facts.recipients == 6)
        #expect(facts.bytes == 2_005_300)
        #expect(facts.withoutAccount == 1)
        #expect(
            facts.facts(now: now).map(\.text) == [
                "5 messages to 6 recipients, 2.0 MB", "2 active, 2 deferred, 1 hold",
                "2 of yamada88@isp.example, 1 of satou@isp.example, 1 of suzuki@isp.example, 1 of no known account",
                "5 h 0 min",
            ])
    }
}
