import MailPolicy
import Testing

@testable import MailAuthentication

/// A header out of lines as they stand in a message, folds and all.
func header(_ text: String) -> MessageHeader {
    var header = MessageHeader()
    var field: [UInt8] = []
    func add() {
        guard let colon = field.firstIndex(of: UInt8(ascii: ":")) else { return }
        header.append(name: field[..<colon], value: field[(colon + 1)...])
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
        if line.first == " " || line.first == "\t" {
            field += Array("\r\n".utf8) + Array(line.utf8)
        } else {
            add()
            field = Array(line.utf8)
        }
    }
    add()
    return header
}

/// RFC 4407 section 2, step by step.
@Suite struct ResponsibleAddressTests {
    private func responsible(_ text: String) -> String {
        do {
            let address = try ResponsibleAddress(of: header(text))
            return "\(address.field.rawValue): \(address.mailbox.localPart)@\(address.mailbox.domain)"
        } catch {
            return "\(error)"
        }
    }

    @Test func fromIsTakenWhereThereIsNothingElse() {
        #expect(responsible("Received: x\nFrom: Taro <taro@example.org>\nTo: a@b.example") == "From: taro@example.org")
    }

    @Test func senderGoesBeforeFrom() {
        #expect(
            responsible("From: a@one.example, b@two.example\nSender: (list) list@three.example")
                == "Sender: list@three.example")
    }

    @Test func resentFromGoesBeforeSender() {
        #expect(
            responsible("Resent-From: r@one.example\nSender: s@two.example\nFrom: f@three.example")
                == "Resent-From: r@one.example")
    }

    @Test func resentSenderGoesBeforeResentFromOfTheSameBlock() {
        #expect(
            responsible(
                "Received: by x\nResent-From: r@one.example\nResent-Sender: s@two.example\nReceived: by y\nFrom: f@three.example"
            )
                == "Resent-Sender: s@two.example")
        #expect(
            responsible(
                "Resent-Sender: s@two.example\nReceived: by y\nResent-From: r@one.example\nFrom: f@three.example")
                == "Resent-Sender: s@two.example")
    }

    @Test func resentSenderOfAnOlderBlockIsPassedOver() {
        for trace in ["Received: by y", "Return-Path: <x@y.example>"] {
            #expect(
                responsible(
                    "Resent-From: r@one.example\n\(trace)\nResent-Sender: s@two.example\nFrom: f@three.example")
                    == "Resent-From: r@one.example")
        }
        // The trace fields above and below both say nothing.
        #expect(
            responsible(
                "Received: by y\nResent-From: r@one.example\nResent-Sender: s@two.example\nReceived: by z\nFrom: f@three.example"
            )
                == "Resent-Sender: s@two.example")
    }

    @Test func ofSeveralResentFieldsTheFirstCounts() {
        #expect(
            responsible(
                "Resent-From: new@one.example\nReceived: x\nResent-From: old@two.example\nFrom: f@three.example")
                == "Resent-From: new@one.example")
    }

    @Test func fieldsOfWhiteSpaceAreNotThere() {
        #expect(
            responsible("Resent-Sender:  \nResent-From:\n \t\nSender: \nSender: s@two.example\nFrom: f@three.example")
                == "Sender: s@two.example")
        #expect(responsible("From:   \nFrom: f@three.example") == "From: f@three.example")
    }

    @Test func severalSendersOrAuthorsFieldsLeaveNobodyResponsible() {
        #expect(
            responsible("Sender: a@one.example\nSender: b@one.example\nFrom: f@three.example")
                == "2 Sender fields where one is allowed")
        #expect(
            responsible("From: a@one.example\nfrom: b@one.example") == "2 From fields where one is allowed")
        #expect(responsible("To: a@one.example") == "no field names who is responsible: From is missing or empty")
    }

    @Test func aFieldThatWasChosenAndCannotBeReadIsNotReplaced() {
        #expect(
            responsible("Sender: Taro\nFrom: f@three.example")
                == "Sender cannot be read: an address without a domain (byte 5)")
        #expect(
            responsible("From: a@one.example, b@two.example") == "2 addresses in From where one is allowed")
        #expect(
            responsible("Resent-From: undisclosed:;\nFrom: f@three.example")
                == "Resent-From cannot be read: no address (byte 14)")
    }

    @Test func aHeaderThatWasNotReadWholeLeavesNobodyResponsible() {
        var bounds = MessageHeader.Bounds()
        bounds.fields = 1
        var header = MessageHeader(bounds: bounds)
        header.append(name: "From".utf8, value: " a@example.org".utf8)
        header.append(name: "Sender".utf8, value: " b@example.org".utf8)
        #expect(throws: ResponsibleAddressProblem.incompleteHeader) { try ResponsibleAddress(of: header) }
    }
}

@Suite struct SenderIDTests {
    private func responsible(
        _ zone: Zone, from address: String = "192.0.2.1", header text: String = "From: taro@example.org",
        trace: Bool = false
    ) async -> SPFOutcome {
        await check(zone).checkSenderID(of: header(text), client: client(address), time: Moment(0), trace: trace)
    }

    private func mailFrom(_ zone: Zone, from address: String = "192.0.2.1", path: String = "taro@example.org") async
        -> SPFOutcome
    {
        await check(zone).checkSenderID(mailFrom: path, client: client(address), time: Moment(0))
    }

    private func check(_ zone: Zone) -> SPFCheck {
        SPFCheck(resolver: zone, records: SPFRecordCache(records: 10, bytes: 1 << 20), receiver: "mx.example.net")
    }

    private func client(_ address: String) -> SPFClient {
        SPFClient(address: IPAddress(address)!, helo: "mail.example.net")
    }

    @Test func eachScopeHasItsRecord() async {
        let zone = Zone(
            """
            example.org TXT spf2.0/mfrom ip4:192.0.2.1 -all
            example.org TXT spf2.0/pra ip4:192.0.2.2 ~all
            example.org TXT v=spf1 ?all
            """)
        #expect(await mailFrom(zone).result == .pass)
        let outcome = await responsible(zone)
        #expect(outcome.result == .softfail)
        #expect(outcome.identity == .responsible(.from) && outcome.sender == "taro@example.org")
        // SPF itself reads none of them.
        #expect(
            await MailAuthenticationTests.check(.mailFrom("taro@example.org"), from: "192.0.2.1", in: zone).result
                == .neutral)
    }

    @Test func oneRecordMayHaveBothScopesAndOthersThatNobodyKnows() async {
        for version in ["spf2.0/mfrom,pra", "spf2.0/pra,mfrom", "SPF2.0/PRA,x-new,MFROM"] {
            let zone = Zone("example.org TXT \(version) ip4:192.0.2.1 -all")
            #expect(await mailFrom(zone).result == .pass)
            #expect(await responsible(zone).result == .pass)
        }
    }

    @Test func anSPF1RecordStandsInWhereThereIsNoOther() async {
        let spf1 = Zone("example.org TXT v=spf1 ip4:192.0.2.1 -all")
        #expect(await mailFrom(spf1).result == .pass)
        #expect(await responsible(spf1, from: "192.0.2.2").result == .fail)
        let other = Zone("example.org TXT v=spf1 -all\nexample.org TXT spf2.0/mfrom ip4:192.0.2.1 -all")
        #expect(await responsible(other).result == .none)
        #expect(await mailFrom(other).result == .pass)
        let inconclusive = Zone("example.org TXT v=spf1 -all\nexample.org TXT spf2.0/pra ?all")
        #expect(await responsible(inconclusive).result == .neutral)
    }

    @Test func versionsThatAreNotWellFormedAreNotRead() async {
        for version in ["spf2.0", "spf2.0/", "spf2.0/pra,", "spf2.1/pra", "spf2.0/,pra", "spf2.0/pr%a", "spf2.0 /pra"] {
            let zone = Zone("example.org TXT \(version) -all")
            #expect(await responsible(zone).result == .none, "\(version)")
        }
    }

    @Test func severalRecordsOfAScopeAreAPermanentError() async {
        let zone = Zone("example.org TXT spf2.0/pra -all\nexample.org TXT spf2.0/mfrom,pra -all")
        #expect(await responsible(zone).result == .permerror)
        #expect(await mailFrom(zone).result == .fail)
    }

    @Test func includesAndRedirectsStayInTheScope() async {
        let zone = Zone(
            """
            example.org TXT spf2.0/pra include:a.example redirect=b.example
            a.example TXT v=spf1 ip4:192.0.2.1 -all
            a.example TXT spf2.0/pra ip4:192.0.2.2 -all
            b.example TXT v=spf1 ip4:192.0.2.3 -all
            """)
        #expect(await responsible(zone).result == .fail)
        #expect(await responsible(zone, from: "192.0.2.2").mechanism == "include:a.example")
        #expect(await responsible(zone, from: "192.0.2.3").recordName == "b.example")
    }

    @Test func modifiersMayStandAnywhereAndUnknownOnesBehindAMechanismChangeNothing() async {
        let zone = Zone(
            """
            example.org TXT spf2.0/pra exp=why.example.org ip4:192.0.2.1 x-note=of.the.first y=1 y=2 -all z=3
            why.example.org TXT not %{s}
            """)
        #expect(await responsible(zone).result == .pass)
        #expect(await responsible(zone, from: "192.0.2.2").explanation == "not taro@example.org")
        let twice = Zone("example.org TXT spf2.0/pra redirect=a.example -all redirect=b.example")
        #expect(await responsible(twice).result == .permerror)
    }

    @Test func aResponsibleDomainThatDoesNotExistFails() async {
        let zone = Zone("example.net A 192.0.2.1\ninc.example TXT spf2.0/pra include:gone.example -all")
        let gone = await responsible(zone)
        #expect(gone.result == .fail && gone.cause == .noSuchDomain("example.org"))
        #expect(gone.problem == "example.org does not exist")
        #expect(await mailFrom(zone).result == .none)
        #expect(await responsible(zone, header: "From: a@example.net").result == .none)
        #expect(await responsible(zone, header: "From: a@inc.example").result == .permerror)
        #expect(await responsible(zone, header: "From: a@[192.0.2.1]").result == .none)
    }

    @Test func aMessageWithoutAResponsibleAddressIsAPermanentErrorAndAsksNothing() async {
        let zone = Zone("example.org TXT spf2.0/pra -all")
        let outcome = await responsible(zone, header: "From: a@example.org, b@example.org", trace: true)
        #expect(outcome.result == .permerror && outcome.identity == .responsible(.from))
        #expect(outcome.problem == "2 addresses in From where one is allowed")
        #expect(outcome.trace.count == 1 && zone.asked.isEmpty)
    }

    @Test func theTraceStartsWithWhoIsResponsible() async {
        let zone = Zone("example.org TXT spf2.0/pra -all")
        let outcome = await responsible(zone, header: "Sender: Taro <taro@example.org>", trace: true)
        #expect(outcome.trace.first?.description == "responsible is taro@example.org, from Sender")
    }

    @Test func theNullSenderStandsForPostmasterAtTheHELOName() async {
        let zone = Zone("mail.example.net TXT spf2.0/mfrom ip4:192.0.2.1 -all")
        let outcome = await mailFrom(zone, path: "")
        #expect(outcome.result == .pass && outcome.sender == "postmaster@mail.example.net")
    }
}
