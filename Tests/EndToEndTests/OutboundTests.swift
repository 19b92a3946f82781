import ControlProtocol
import Foundation
import Testing

/// How fast a carrier is reached, measured where the mail arrives.
@Suite struct OutboundTests {
    @Test func carrierIsHeldToItsRateAndToTheNewOneAfterAChange() async throws {
        var configuration = EngineConfiguration()
        configuration.docomoRate = 5
        try await Site.open(gates: [.outbound], configuration: configuration) { site in
            try await fill(site, with: 250)
            let first = try #require(try await site.sink.delivered(1).first).at
            try await until(first + 20)
            let before = try deliveries(to: site, from: first, seconds: 20)
            #expect(abs(before - 5) <= 0.5, "\(before) a second instead of 5")

            try await site.engine.change("carrier", "throttle", "docomo", "10/s")
            // What waited for its place at the old rate is past after a second.
            let change = Date() + 1
            try await until(change + 8)
            let after = try deliveries(to: site, from: change, seconds: 8)
            #expect(abs(after - 10) <= 1, "\(after) a second instead of 10")
            #expect(try await site.engine.carrier("docomo").row.ratePerSecond == 10)
        }
    }

    @Test func otherMailDoesNotWaitForACarrierThatIsStopped() async throws {
        try await Site.open(gates: [.outbound]) { site in
            try await site.engine.change("carrier", "throttle", "docomo", "0")
            try await fill(site, with: 30)
            let client = try SMTPClient(port: site.postfix.injectionPort)
            _ = try await client.open()
            #expect(try await client.send(from: "a@isp.example", to: "b@elsewhere.example", subject: "other").accepted)
            let delivered = try await site.sink.delivered(1)
            #expect(delivered.map(\.subject) == ["other"])

            try await site.engine.change("carrier", "throttle", "docomo", "100/s")
            _ = try await site.sink.delivered(20)
        }
    }

    /// Messages a second that arrived in a span of time.
    private func deliveries(to site: Site, from start: Date, seconds: Double) throws -> Double {
        let span = start..<(start + seconds)
        return Double(try site.sink.delivered().count { span.contains($0.at) }) / seconds
    }

    /// Until the span that is measured is over, a moment for the last message to be written included.
    private func until(_ end: Date) async throws {
        try await eventually("the end of the measurement", within: .seconds(60), every: .milliseconds(100)) {
            Date() > end + 0.3
        }
    }

    /// Puts messages to the carrier into the queue, past the submission gate.
    private func fill(_ site: Site, with count: Int) async throws {
        let client = try SMTPClient(port: site.postfix.injectionPort)
        _ = try await client.open()
        for number in 1...count {
            let sent = try await client.send(from: "a@isp.example", to: "k\(number)@docomo.ne.jp")
            #expect(sent.accepted, "\(sent)")
        }
        await client.quit()
    }
}
