import MailPolicy

@testable import MailAuthentication

enum ResultsTarget {
    static func check(_ bytes: [UInt8]) async throws {
        var cuts = Cuts(bytes)
        let mode = cuts.byte()
        let texts = cuts.texts(4)
        if let read = try? AuthenticationResults(parsing: texts[0]) {
            try writeAndRead(read)
            let isPlain = read.authservID.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
            if isPlain, !read.authservID.isEmpty {
                try require(
                    AuthenticationResults.claims(authservID: read.authservID, fieldValue: texts[0]),
                    "a field with our ID is not seen as ours: \(read.authservID)")
            }
        }
        _ = AuthenticationResults.claims(authservID: "mx.isp.example", fieldValue: texts[1])
        try writeHostile(texts)
        try await readChain(texts, mode)
    }

    /// What a message brought cannot add to the field.
    private static func writeHostile(_ texts: [[UInt8]]) throws {
        let strings = texts.map { String(decoding: $0, as: UTF8.self) }
        let results = [
            MethodResult(
                method: "spf", result: "fail", reason: strings[0],
                properties: [.init("smtp", "mailfrom", strings[1]), .init("smtp", "helo", strings[2])],
                comment: strings[3]),
            MethodResult(method: "dkim", result: "none"),
        ]
        let value = AuthenticationResultsWriter().write(authservID: "mx.isp.example", results: results)
        guard let read = try? AuthenticationResults(parsing: Array(value.utf8)) else {
            throw FuzzFault("what was written cannot be read: \(value)")
        }
        try require(read.authservID == "mx.isp.example", "another ID: \(value)")
        try require(read.results.map(\.method) == ["spf", "dkim"], "other results: \(value)")
        try require(read.results.map(\.result) == ["fail", "none"], "other results: \(value)")
        for line in value.split(separator: "\r\n") {
            try require(line.utf8.count <= 998, "a line of \(line.utf8.count) bytes")
        }
        try require(!value.utf8.contains(0), "NUL")
    }

    private static func writeAndRead(_ results: AuthenticationResults) throws {
        let value = AuthenticationResultsWriter().write(
            authservID: results.authservID, results: results.results)
        guard let again = try? AuthenticationResults(parsing: Array(value.utf8)) else {
            throw FuzzFault("what was written cannot be read: \(value)")
        }
        try require(again.results.count == min(results.results.count, 100), "other results: \(value)")
    }

    private static func readChain(_ texts: [[UInt8]], _ mode: Int) async throws {
        var header = MessageHeader()
        header.append(name: "From".utf8, value: " a@example.org".utf8)
        for number in 0...mode % 3 {
            header.append(name: "ARC-Seal".utf8, value: texts[number % 4])
            header.append(name: "ARC-Message-Signature".utf8, value: texts[(number + 1) % 4])
            header.append(name: "ARC-Authentication-Results".utf8, value: texts[(number + 2) % 4])
        }
        let validator = ARCValidator(resolver: TableResolver(texts))
        var hasher = BodyHasher()
        let chain = validator.read(header, into: &hasher)
        let body = hasher.finish()
        let outcome = await validator.validate(chain, of: header, body: body, at: Moment(1_795_496_400_000))
        try require(outcome.result != .pass, "a chain out of nothing passes")
        _ = MethodResult(outcome)
    }
}
