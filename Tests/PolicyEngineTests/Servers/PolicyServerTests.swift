import ControlTesting
import Foundation
import MailPolicy
import NIOCore
import Testing

@testable import PolicyEngine

@Suite(.timeLimit(.minutes(2))) struct PolicyServerTests {
    private func isAnswered(_ client: RawPolicyClient, _ instance: String = "other") async -> Bool {
        let before = client.answers.count
        client.send(PolicyText.request(instance: instance))
        return await eventually { client.answers.count > before }
    }

    // MARK: Bad input

    private static let bad: [(String, String, String)] = [
        (
            "a line that is too long",
            "request=smtpd_access_policy\nsender=\(String(repeating: "x", count: 2_100))\n\n",
            "line of more than 2048 bytes"
        ),
        (
            "a request that is too long",
            "request=smtpd_access_policy\n"
                + String(repeating: "a=\(String(repeating: "y", count: 1000))\n", count: 70),
            "no empty line within 65536 bytes"
        ),
        ("a line without an equals sign", "request=smtpd_access_policy\nfoo\n\n", "line without '='"),
        ("NUL", "request=smtpd_access_policy\nsender=a\0b\n\n", "NUL byte"),
        ("CR LF", "request=smtpd_access_policy\r\n\r\n", "CR at the end of a line"),
        ("another service", "request=hello\n\n", "expected request=smtpd_access_policy"),
        ("no gate", PolicyText.request(gate: ""), "set policy_context"),
        ("a gate that there is not", PolicyText.request(gate: "exit"), "\"exit\" is no gate"),
        ("a number that is too large", PolicyText.request(size: "9223372036854775808"), "number larger than"),
        ("no number", PolicyText.request(count: "-1"), "expected decimal digits"),
    ]

    @Test(arguments: bad.indices) func badInputIsNamedInTheLogEndsItsConnectionAndAffectsNobodyElse(_ index: Int)
        async throws
    {
        let (_, text, complaint) = Self.bad[index]
        try await ServedGates.run { served in
            let other = try await served.connect()
            #expect(await isAnswered(other, "before"))
            let client = try await served.connect()
            client.send(text)
            #expect(await eventually { client.isClosed })
            #expect(client.text.isEmpty)
            #expect(await eventually { served.log.has(complaint) })
            #expect(served.log.has("listener=\(served.path)"))
            #expect(await isAnswered(other, "after"))
        }
    }

    @Test func invalidUTF8IsNamedWithItsPlace() async throws {
        try await ServedGates.run { served in
            let client = try await served.connect()
            client.send(Array("request=smtpd_access_policy\nsender=".utf8) + [0xFF, 0xFE] + Array("\n\n".utf8))
            #expect(await eventually { client.isClosed })
            #expect(await eventually { served.log.has("byte 35, attribute sender: not UTF-8") })
        }
    }

    @Test func whatWasAskedBeforeTheBadRequestIsAnswered() async throws {
        try await ServedGates.run { served in
            let client = try await served.connect()
            client.send(PolicyText.request(instance: "1") + PolicyText.request(instance: "2") + "bad\n\n")
            #expect(await eventually { client.isClosed })
            #expect(client.answers == ["DUNNO", "DUNNO"])
        }
    }

    @Test func aRequestThatIsCutOffIsTold() async throws {
        try await ServedGates.run { served in
            let client = try await served.connect()
            client.send("request=smtpd_access_policy\nsen")
            #expect(await eventually { served.server.connectionCount == 1 })
            try await client.close()
            #expect(await eventually { served.log.has("ended after 31 bytes of a request") })
        }
    }

    @Test func aRequestThatDoesNotEndInTimeIsCutOff() async throws {
        try await ServedGates.run(bounds: PolicyServer.Bounds(requestTimeout: .milliseconds(100))) { served in
            let client = try await served.connect()
            client.send("request=smtpd_access_policy\n")
            #expect(await eventually { client.isClosed })
            #expect(await eventually { served.log.has("request_timeout") })
        }
    }

    @Test func aSlowClientIsServedAsLongAsEachRequestIsWholeInTime() async throws {
        try await ServedGates.run(bounds: PolicyServer.Bounds(requestTimeout: .seconds(10))) { served in
            let client = try await served.connect()
            // Requests that never end where a write does: some bytes of the next are always there already.
            var text = Substring((0..<24).map { PolicyText.request(instance: "\($0)") }.joined())
            let size = PolicyText.request(instance: "0").utf8.count / 2 + 7
            while !text.isEmpty {
                client.send(String(text.prefix(size)))
                text = text.dropFirst(size)
                try await Task.sleep(for: .milliseconds(250))
            }
            #expect(await eventually { client.answers.count == 24 })
            #expect(!client.isClosed)
        }
    }

    @Test func aByteAtATimeIsARequestToo() async throws {
        try await ServedGates.run { served in
            let client = try await served.connect()
            for byte in PolicyText.request().utf8 { client.send([byte]) }
            #expect(await eventually { client.answers == ["DUNNO"] })
        }
    }

    @Test func numbersAsLargeAsTheyComeDoNotEndTheEngine() async throws {
        try await ServedGates.run { served in
            let clients = [try await served.connect(), try await served.connect(), try await served.connect()]
            for state in ["RCPT", "END-OF-MESSAGE"] {
                for (index, client) in clients.enumerated() {
                    let before = client.answers.count
                    client.send(
                        PolicyText.request(
                            state: state, recipient: "b@docomo.ne.jp", instance: "\(index)",
                            size: "9223372036854775807",
                            count: "9223372036854775807"))
                    #expect(await eventually { client.answers.count > before })
                }
            }
        }
    }

    // MARK: Many

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await ServedGates.run { served in
            let client = try await served.connect()
            // The 11th message of the day is one too many.
            client.send(
                (0..<11).map { PolicyText.request(state: "END-OF-MESSAGE", instance: "m\($0)", count: "1") }.joined())
            #expect(await eventually { client.answers.count == 11 })
            #expect(client.answers.prefix(10).allSatisfy { $0 == "DUNNO" })
            #expect(client.answers[10].hasPrefix("450 4.7.1"))
        }
    }

    @Test func whoDoesNotReadTheAnswersIsNotReadFrom() async throws {
        try await ServedGates.run { served in
            let client = try await served.connect(reads: false)
            let request = PolicyText.request(gate: "outbound", state: "DATA")
            // Some megabytes of questions, whose answers nobody takes.
            for _ in 0..<60 { client.send(String(repeating: request, count: 1_000)) }
            // Until no more is decided.
            var last = -1
            while last <= 0 || last != served.decisions {
                last = served.decisions
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(last < 60_000)
            let other = try await served.connect()
            #expect(await isAnswered(other))
        }
    }

    @Test func moreConnectionsThanAllowedAreRefusedAndTheOthersServed() async throws {
        try await ServedGates.run(bounds: PolicyServer.Bounds(connections: 3)) { served in
            var clients: [RawPolicyClient] = []
            for _ in 0..<3 { clients.append(try await served.connect()) }
            #expect(await eventually { served.server.connectionCount == 3 })
            let extra = try await served.connect()
            #expect(await eventually { extra.isClosed })
            #expect(await eventually { served.log.has("raise max_connections in [engine]") })
            for (index, client) in clients.enumerated() { #expect(await isAnswered(client, "\(index)")) }
            try await clients[0].close()
            #expect(await eventually { served.server.connectionCount == 2 })
            let next = try await served.connect()
            #expect(await isAnswered(next))
        }
    }

    @Test func anIdleConnectionIsClosed() async throws {
        try await ServedGates.run(bounds: PolicyServer.Bounds(idleTimeout: .seconds(3))) { served in
            let client = try await served.connect()
            #expect(await isAnswered(client))
            #expect(await eventually { client.isClosed })
            #expect(served.log.lines.isEmpty)
        }
    }

    @Test func aFloodOfBadRequestsDoesNotFloodTheLog() async throws {
        try await ServedGates.run { served in
            for _ in 0..<40 {
                let client = try await served.connect()
                client.send("bad\n\n")
                #expect(await eventually { client.isClosed })
            }
            #expect(await eventually { served.log.lines.count == 10 })
        }
    }
}
