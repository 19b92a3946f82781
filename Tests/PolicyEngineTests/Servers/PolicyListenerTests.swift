import ControlTesting
import Foundation
import MailPolicy
import NIOCore
import Testing

@testable import PolicyEngine

@Suite(.timeLimit(.minutes(2))) struct PolicyListenerTests {
    private let waits = PolicyText.request(gate: "outbound", recipient: "b@closed.example")

    @Test func twoListenersServeEachItsGate() async throws {
        try await ServedGates.run { served in
            try await served.server.listen(on: [
                served.settings(), served.settings("mx.sock", gate: .mx),
                ListenerSettings(endpoint: .tcp(host: "127.0.0.1", port: 0), gate: .submission),
            ])
            let mx = try await served.connect("mx.sock")
            // At the submission gate this sender would be refused.
            mx.send(PolicyText.request(gate: "", login: ""))
            #expect(await eventually { mx.answers == ["DUNNO"] })
            let address = try #require(served.server.addresses.first { $0.hasPrefix("127.0.0.1:") })
            let tcp = try await RawPolicyClient(host: "127.0.0.1", port: try #require(Int(address.dropFirst(10))))
            tcp.send(PolicyText.request(gate: "mx", login: ""))
            #expect(await eventually { tcp.answers.first?.hasPrefix("554 5.7.0") == true })
        }
    }

    @Test func aListenerThatCannotBeOpenedIsNamedAndTheOldOnesStay() async throws {
        try await ServedGates.run { served in
            let missing = ListenerSettings(endpoint: .unix(SocketFile(path: "/nonexistent/policy.sock")))
            let error = await #expect(throws: ListenError.self) {
                try await served.server.listen(on: [served.settings(), missing])
            }
            #expect(error?.description.contains("cannot listen on /nonexistent/policy.sock") == true)
            let client = try await served.connect()
            client.send(PolicyText.request())
            #expect(await eventually { client.answers == ["DUNNO"] })
        }
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() async throws {
        let served = try ServedGates()
        try Data("precious".utf8).write(to: URL(fileURLWithPath: served.path))
        await #expect(throws: ListenError.self) { try await served.server.listen(on: [served.settings()]) }
        #expect(try String(contentsOfFile: served.path, encoding: .utf8) == "precious")
        await served.server.close()
    }

    @Test func aSocketOnWhichAnotherEngineAnswersIsNotTaken() async throws {
        try await ServedGates.run { served in
            let second = try ServedGates()
            await #expect(throws: ListenError.self) { try await second.server.listen(on: [served.settings()]) }
            let client = try await served.connect()
            client.send(PolicyText.request())
            #expect(await eventually { client.answers == ["DUNNO"] })
            await second.server.close()
        }
    }

    @Test func connectionsOfAListenerThatIsGoneEndWithTheAnswerTheyWaitFor() async throws {
        try await ServedGates.run { served in
            let (idle, waiting) = (try await served.connect(), try await served.connect())
            waiting.send(waits)
            #expect(
                await eventually {
                    served.waiting == 1
                })
            #expect(await eventually { served.server.connectionCount == 2 })
            try await served.server.listen(on: [served.settings("next.sock")])
            #expect(await eventually { idle.isClosed })
            #expect(!waiting.isClosed)
            served.gatehouse.withState { state, now in
                let throttle = Override(
                    id: 1, kind: .throttle(carrier: "closed", perSecond: 100), actor: "t", reason: "t", since: now.wall,
                    expires: nil)
                state.gatekeeper.add([throttle], at: now)
            }
            served.server.paceChanged()
            #expect(await eventually { waiting.isClosed })
            #expect(waiting.answers == ["DUNNO"])
            #expect(served.log.lines.isEmpty)
        }
    }

    @Test func whatWaitsWhenTheEngineClosesIsAnswered() async throws {
        try await ServedGates.run { served in
            let client = try await served.connect()
            client.send(waits)
            #expect(
                await eventually {
                    served.waiting == 1
                })
            await served.server.close()
            #expect(await eventually { client.isClosed })
            #expect(client.answers.count == 1)
            #expect(client.answers.first?.hasPrefix("450 4.7.1") == true)
        }
    }

    @Test func aConnectionThatEndsWhileItWaitsLeavesItsPlace() async throws {
        try await ServedGates.run { served in
            let client = try await served.connect()
            client.send(waits)
            #expect(await eventually { served.waiting == 1 })
            try await client.close()
            #expect(await eventually { served.waiting == 0 })
        }
    }

    @Test func everyoneWhoWaitsOnManyEventLoopsIsAnswered() async throws {
        try await ServedGates.run(loops: 4) { served in
            var clients: [RawPolicyClient] = []
            for _ in 0..<40 { clients.append(try await served.connect()) }
            for round in 0..<20 {
                for (index, client) in clients.enumerated() {
                    client.send(
                        PolicyText.request(gate: "outbound", recipient: "b@docomo.ne.jp", instance: "\(round).\(index)")
                    )
                }
                let all = clients
                #expect(await eventually { all.allSatisfy { $0.answers.count == round + 1 } })
            }
            #expect(clients.allSatisfy { $0.answers.allSatisfy { $0 == "DUNNO" } })
        }
    }
}
