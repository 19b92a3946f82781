import ControlProtocol
import Testing

/// The queue of a real Postfix, seen and worked through the engine.
@Suite struct QueueTests {
    private let tanaka = EngineConfiguration.Account.tanaka.login
    private let sato = EngineConfiguration.Account.sato.login

    @Test func heldMailIsSeenWithItsAccountAndDeletedByAccount() async throws {
        try await Site.open { site in
            for login in [tanaka, sato] { try await site.engine.change("suspend", login, "--hold") }
            // An address of tanaka's that is not the login: only the queue ID tells whose the message is.
            let held = try await send(3, as: tanaka, from: "info@shop.example", on: site)
            let others = try await send(2, as: sato, from: sato, on: site)

            try await eventually("the held messages in the queue view") {
                try await site.engine.queue(of: tanaka).count == 3
            }
            let rows = try await site.engine.queue(of: tanaka)
            #expect(Set(rows.map(\.queueID)) == held)
            #expect(rows.allSatisfy { $0.queue == "hold" && $0.account == tanaka })
            #expect(try site.sink.delivered().isEmpty)

            let receipt = try await site.engine.change("queue", "delete", "--account", tanaka, "--yes")
            #expect(receipt.affected == 3)
            #expect(receipt.notDone.isEmpty)
            let left = try await site.postfix.queue()
            #expect(left.count == 2)
            #expect(left.allSatisfy { line in others.contains { line.contains($0) } })
            #expect(try await site.engine.why(held.first!).isEmpty == false)
        }
    }

    @Test func releasedMailIsDelivered() async throws {
        try await Site.open { site in
            try await site.engine.change("suspend", tanaka, "--hold")
            let held = try await send(2, as: tanaka, from: tanaka, on: site)
            try await eventually("the held messages in the queue view") {
                try await site.engine.queue(of: tanaka).count == 2
            }
            let released = held.first!
            let receipt = try await site.engine.change("queue", "release", released)
            #expect(receipt.affected == 1)
            try await eventually("the released message at its destination") {
                // Released mail waits for the next run of the deferred queue, or for being told.
                _ = try await site.engine.command(["queue", "flush", released, "--reason", "end-to-end test"])
                return try site.sink.delivered().count == 1
            }
            try await eventually("one message left") { try await site.postfix.queue().count == 1 }
        }
    }

    /// Queue IDs of what was sent.
    private func send(_ count: Int, as login: String, from sender: String, on site: Site) async throws -> Set<String> {
        let client = try await site.submit(as: login)
        var identifiers: Set<String> = []
        for _ in 0..<count {
            let sent = try await client.send(from: sender, to: "a@elsewhere.example")
            identifiers.insert(try #require(sent.queueID, "\(sent)"))
        }
        await client.quit()
        return identifiers
    }
}
