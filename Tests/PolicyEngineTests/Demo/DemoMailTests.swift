import Foundation
import MailPolicy
import Testing

@testable import PolicyEngine

/// What the demo shows of domain authentication is found by the engine's own check.
@Suite struct DemoMailTests {
    private static func request(_ sender: String, from client: String, helo: String, _ number: Int) -> DemoRequest {
        let text = """
            request=smtpd_access_policy
            protocol_state=RCPT
            protocol_name=ESMTP
            client_address=\(client)
            helo_name=\(helo)
            sender=\(sender)
            recipient=hanako@isp.example
            instance=demo.\(number)
            policy_context=mx


            """
        return DemoRequest(at: 0, connection: number, bytes: Array(text.utf8))
    }

    private static let requests = [
        request("a@mailer.example.net", from: "198.51.100.7", helo: "out7.mailer.example.net", 1),
        request("b@example.net", from: "198.51.100.80", helo: "mx1.example.net", 2),
        request("b@example.net", from: "203.0.113.9", helo: "mail", 3),
        request("", from: "198.51.100.80", helo: "mx1.example.net", 4),
    ]

    @Test func aDomainsOwnHostsPassAndWhoForgesItFails() async throws {
        let names = DemoNames(requests: Self.requests, carriers: [])
        let rig = try VerifyingRig(NamedRecords(texts: [:]))
        let mail = try DemoMail(
            EngineConfiguration(rulebook: Rulebook(plans: [Plan(name: "new", limits: [])])), names: names,
            known: ["hanako@isp.example"], gatehouse: rig.gatehouse, board: rig.board)
        for request in Self.requests + Self.requests { await mail.show(try #require(ReadRequest(request.bytes))) }
        let signed = try #require(rig.tally("mailer.example.net"))
        #expect((signed[.spf, .pass], signed[.dkim, .pass], signed[.dmarc, .pass]) == (1, 1, 1))
        let other = try #require(rig.tally("example.net"))
        #expect(other.messages == 3)
        #expect((other[.spf, .pass], other[.spf, .fail], other[.spf, .none]) == (1, 1, 1))
        #expect((other[.dmarc, .pass], other[.dmarc, .fail]) == (1, 2))
    }

    @Test func ourOwnDomainsPassOnAMailingListUnlessTheyForgetToSignAndFailWhereTheyAreForged() async throws {
        var requests: [DemoRequest] = []
        for number in 0..<60 {
            requests.append(
                Self.request("l@univ.example", from: "198.51.100.90", helo: "lists.univ.example", number * 2))
            requests.append(
                Self.request("b@mail.example", from: "203.0.113.9", helo: "out.mail.example", number * 2 + 1))
        }
        var rulebook = Rulebook(plans: [Plan(name: "new", limits: [])])
        rulebook.ownDomains = ["isp.example", "shop.example"]
        let rig = try VerifyingRig(NamedRecords(texts: [:]))
        let mail = try DemoMail(
            EngineConfiguration(rulebook: rulebook), names: DemoNames(requests: requests, carriers: []),
            known: ["hanako@isp.example", "info@shop.example"], gatehouse: rig.gatehouse, board: rig.board)
        for request in requests { await mail.show(try #require(ReadRequest(request.bytes))) }
        let signing = try #require(rig.tally("isp.example"))
        #expect(signing[.dmarc, .pass] > 0 && signing[.dmarc, .pass] == signing[.dkim, .pass])
        #expect(signing[.senderid, .pass] == signing[.dmarc, .pass])
        #expect(signing[.dmarc, .fail] > 0 && signing[.dmarc, .fail] == signing[.dkim, .none])
        let forgetful = try #require(rig.tally("shop.example"))
        #expect(forgetful[.dmarc, .pass] == 0 && forgetful[.dmarc, .fail] > 0)
    }
}
