import PostfixProtocols
import Testing

@testable import sekisho_bench

/// What the load client sends, read with the codec that Sekisho reads it with.
@Suite struct RequestWriterTests {
    private func requests(_ traffic: Traffic, count: Int) throws -> [(request: PolicyRequest, bytes: [UInt8])] {
        var writer = RequestWriter(traffic)
        return try (0..<count).map { _ in
            let length = writer.next()
            let bytes = Array(writer.buffer[..<length])
            let request = try PolicyRequest.parse(bytes.span)
            #expect(request.byteCount == length)
            return (request, bytes)
        }
    }

    private func text(_ range: Range<Int>, _ bytes: [UInt8]) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    @Test func eachRequestIsOneOfAnAuthenticatedClient() throws {
        for (request, bytes) in try requests(Traffic(users: 50, sources: 70_000), count: 500) {
            #expect(request.protocolState == .rcpt)
            #expect(request.recipientCount == 0)
            #expect((2_000..<42_000).contains(request.size))
            #expect(text(request.policyContext, bytes) == "submission")
            #expect(text(request.sender, bytes) == text(request.saslUsername, bytes))
            #expect(text(request.sender, bytes).wholeMatch(of: /user([0-9]|[1-4][0-9])@isp\.example/) != nil)
            let octets = text(request.clientAddress, bytes).split(separator: ".").map { UInt8($0) }
            #expect(octets.count == 4 && octets.first == 10 && !octets.contains(nil))
            #expect(request.queueID.isEmpty)
        }
    }

    @Test func atTheEndOfAMessageTheQueueIDIsOneOfItsOwn() throws {
        let found = try requests(Traffic(state: .endOfMessage), count: 200)
        let ids = try found.map { try QueueID(text($0.request.queueID, $0.bytes)) }
        #expect(Set(ids).count == ids.count)
        #expect(found.allSatisfy { $0.request.protocolState == .endOfMessage && $0.request.recipientCount == 1 })
    }

    @Test func eachTransactionHasItsOwnInstance() throws {
        let found = try requests(Traffic(), count: 1_000)
        #expect(Set(found.map { text($0.request.instance, $0.bytes) }).count == 1_000)
    }

    @Test func inboundTrafficHasNoLogin() throws {
        for (request, bytes) in try requests(Traffic(isInbound: true), count: 20) {
            #expect(request.saslUsername.isEmpty && request.saslMethod.isEmpty)
            #expect(text(request.policyContext, bytes) == "mx")
        }
    }

    @Test func walkingMeetsEachAccountAndSourceOnce() throws {
        let found = try requests(Traffic(users: 1_000, sources: 1_000, walks: true), count: 1_000)
        #expect(Set(found.map { text($0.request.saslUsername, $0.bytes) }).count == 1_000)
        #expect(Set(found.map { text($0.request.clientAddress, $0.bytes) }).count == 1_000)
    }
}
