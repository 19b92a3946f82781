import MailPolicy

@testable import MailAuthentication

enum PoliciesTarget {
    static func check(_ bytes: [UInt8]) async throws {
        var cuts = Cuts(bytes)
        let mode = cuts.byte()
        let texts = cuts.texts(4)
        try readDMARC(texts[0])
        let resolver = TableResolver(texts)
        let client = SPFClient(
            address: mode & 1 == 0 ? IPAddress(v4: 0xC000_0201) : IPAddress(high: 0x2001_0DB8_0000_0000, low: 1),
            helo: String(decoding: texts[3].prefix(80), as: UTF8.self))
        let sender = mode & 2 == 0 ? "taro+a.b@example.org" : String(decoding: texts[3].prefix(300), as: UTF8.self)
        let check = SPFCheck(
            resolver: resolver, records: SPFRecordCache(records: 8, bytes: 1 << 16), receiver: "mx.example.net")
        let outcome = await check.check(.mailFrom(sender), client: client, time: Moment(0), trace: mode & 4 != 0)
        try require(resolver.asked <= SPFLimit.questions.count, "\(resolver.asked) questions")
        try require(
            (outcome.problem != nil) == [.none, .temperror, .permerror].contains(outcome.result),
            "\(outcome.result) with \(outcome.problem ?? "no problem")")
        try require((outcome.explanation?.utf8.count ?? 0) <= 512, "an explanation without bound")
        let again = await check.check(.mailFrom(sender), client: client, time: Moment(0), trace: false)
        try require(outcome.result == again.result, "asked twice it is another result")

        var header = MessageHeader()
        header.append(name: "From".utf8, value: " a@example.org".utf8)
        let senderID = await check.checkSenderID(of: header, client: client, time: Moment(0), trace: true)
        try require(senderID.trace.count < 10_000, "a trace without bound")
        let before = resolver.asked
        let dmarc = await DMARCCheck(resolver: resolver).check(
            DMARCMessage(
                authors: [DomainName(String(decoding: texts[3].prefix(300), as: UTF8.self))],
                spf: DMARCIdentifier("mail.example.org", .pass), dkim: [DMARCIdentifier("example.org", .pass)]),
            trace: true)
        try require(resolver.asked - before < 200, "DMARC asked \(resolver.asked - before) questions")
        _ = MethodResult(dmarc)
    }

    private static func readDMARC(_ text: [UInt8]) throws {
        guard let record = DMARCRecord(parsing: text) else { return }
        try require(record.problems.count <= DMARCRecord.mostProblems, "\(record.problems.count) problems")
        try require(record.problems.allSatisfy { 0...text.count ~= $0.offset }, "a problem outside of the record")
    }
}
