import Crypto

@testable import MailAuthentication

enum MessageTarget {
    static func check(_ bytes: [UInt8]) throws {
        var cuts = Cuts(bytes)
        let (piece, length) = (cuts.byte(), cuts.byte())
        let text = cuts.all()
        let message = MessageText(text)
        for index in 0..<message.header.count {
            let field = message.header[index]
            try require(
                field.raw.count == field.name.count + field.value.count + 1, "a field is not its name and its value")
            _ = addresses(of: Array(field.value))
        }
        _ = try? ResponsibleAddress(of: message.header)
        try hashBody(message.body, piece: piece, length: length)
        try hashBody(text, piece: piece, length: length)
    }

    static func addresses(of value: [UInt8]) -> [Mailbox] {
        let found = (try? Mailbox.parse(fieldValue: value)) ?? []
        return found.filter { !$0.domain.withALabels.text.isEmpty }
    }

    /// Nothing depends on how the body is cut.
    private static func hashBody(_ body: [UInt8], piece: Int, length: Int) throws {
        let requests = [Canonicalization.simple, .relaxed].flatMap {
            [BodyHasher.Request($0), BodyHasher.Request($0, length: length)]
        }
        func hashes(_ size: Int) -> [SHA256Digest?] {
            var hasher = BodyHasher()
            for request in requests { hasher.request(request) }
            for start in stride(from: 0, to: body.count, by: max(size, 1)) {
                hasher.update(body[start..<min(start + max(size, 1), body.count)])
            }
            let done = hasher.finish()
            return requests.map { done[$0]?.digest }
        }
        let whole = hashes(body.count)
        try require(whole == hashes(piece % 23 + 1), "a body cut into pieces has another hash")
        try require(whole.allSatisfy { $0 != nil }, "a hash is missing")
    }
}
