import PostfixProtocols
import Testing

@Suite struct MilterReplyTests {
    typealias Fixtures = MilterFixtures

    private func encode(_ replies: MilterReply...) -> [UInt8] {
        var bytes: [UInt8] = []
        for reply in replies { reply.encode(into: &bytes) }
        return bytes
    }

    private func decode(_ bytes: [UInt8]) throws -> [MilterReply] {
        var replies: [MilterReply] = []
        var start = 0
        while let (reply, count) = try MilterReply.next(bytes.span.extracting(droppingFirst: start)) {
            replies.append(reply)
            start += count
        }
        #expect(start == bytes.count)
        return replies
    }

    private static let refusal = SMTPRefusal(
        .transactionFailed554, subject: 7, detail: 1, text: "100% no\nsee https://isp.example/")

    private static let replies: [(MilterReply, [UInt8])] = [
        (.accept, Fixtures.packet("a", "")),
        (.continue, Fixtures.packet("c", "")),
        (.reject, Fixtures.packet("r", "")),
        (.temporaryFailure, Fixtures.packet("t", "")),
        (.discard, Fixtures.packet("d", "")),
        (.skip, Fixtures.packet("s", "")),
        (.progress, Fixtures.packet("p", "")),
        (.quarantine(reason: "forged"), Fixtures.packet("q", "forged\0")),
        (
            .refuse(refusal),
            Fixtures.packet("y", "554-5.7.1 100%% no\r\n554 5.7.1 see https://isp.example/\0")
        ),
        (
            .addHeader(name: Array("X-A".utf8), value: Array(" b\n\tc".utf8)),
            Fixtures.packet("h", "X-A\0 b\n\tc\0")
        ),
        (
            .insertHeader(index: 1, name: Array("X-A".utf8), value: Array("b".utf8)),
            Fixtures.bytes("0000000B 69 00000001 582D4100 6200")
        ),
        (
            .changeHeader(index: 2, name: Array("X-A".utf8), value: []),
            Fixtures.bytes("0000000A 6D 00000002 582D4100 00")
        ),
        (.changeSender(address: Array("<a>".utf8), parameters: nil), Fixtures.packet("e", "<a>\0")),
        (
            .addRecipientWithParameters(address: Array("<a>".utf8), parameters: Array("NOTIFY=NEVER".utf8)),
            Fixtures.packet("2", "<a>\0NOTIFY=NEVER\0")
        ),
        (.addRecipient(address: Array("<a>".utf8)), Fixtures.packet("+", "<a>\0")),
        (.deleteRecipient(address: Array("<a>".utf8)), Fixtures.packet("-", "<a>\0")),
        (.replaceBody(Array("a\r\n".utf8)), Fixtures.packet("b", "a\r\n")),
        (
            .negotiate(
                .init(
                    version: 6, actions: [.addHeaders, .requestMacros], steps: [.noData, .leadingSpace],
                    macros: [.init(.sender, ["i", "{auth_authen}"])])),
            Fixtures.bytes("00000021 4F 00000006 00000101 00100200 00000002")
                + Array("i {auth_authen}\0".utf8)
        ),
    ]

    @Test(arguments: replies.indices) func eachReplyIsWrittenAndReadBack(_ index: Int) throws {
        let (reply, bytes) = Self.replies[index]
        #expect(encode(reply) == bytes)
        #expect(try decode(bytes) == [reply])
        for count in 0..<bytes.count {
            let found = try MilterReply.next(bytes.span.extracting(first: count))
            #expect(found == nil)
        }
    }

    @Test func noHeaderValueCanBeginAFieldOfItsOwn() throws {
        let bytes = encode(.addHeader(name: Array("X A:\r\n".utf8), value: Array(" b\r\nBcc: c\0\r\n\r\n".utf8)))
        #expect(
            try decode(bytes) == [.addHeader(name: Array("XA".utf8), value: Array(" b\n\tBcc: c".utf8))])
    }

    @Test func aRefusalWithoutTextIsOneLine() {
        let refusal = SMTPRefusal(.localError451, subject: 7, detail: 0, text: "")
        #expect(encode(.refuse(refusal)) == Fixtures.packet("y", "451 4.7.0\0"))
    }

    @Test func aLongReasonForQuarantineIsCutWhereACharacterEnds() throws {
        let bytes = encode(.quarantine(reason: String(repeating: "関", count: 40)))
        #expect(try decode(bytes) == [.quarantine(reason: String(repeating: "関", count: 33))])
    }

    @Test(arguments: [
        "00000000 61", "00000001 7A", "00000002 6100", "00000001 71", "7FFFFFFF 61", "00000004 79 353500",
        "00000003 69 0000",
    ]) func whatIsNoReplyIsAnError(hex: String) {
        #expect(throws: MilterReplyError.self) { try decode(Fixtures.bytes(hex)) }
    }
}
