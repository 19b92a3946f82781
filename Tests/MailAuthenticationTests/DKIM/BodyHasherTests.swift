import Crypto
import Testing

@testable import MailAuthentication

/// The canonical forms, written down as the RFC words them and without regard to speed.
private enum CanonicalBody {
    static func lines(_ body: [UInt8]) -> (lines: [[UInt8]], isOpen: Bool) {
        var lines: [[UInt8]] = [[]]
        var place = 0
        while place < body.count {
            if body[place] == 0x0D, place + 1 < body.count, body[place + 1] == 0x0A {
                lines.append([])
                place += 2
            } else {
                lines[lines.count - 1].append(body[place])
                place += 1
            }
        }
        let isOpen = !lines[lines.count - 1].isEmpty
        if !isOpen { lines.removeLast() }
        return (lines, isOpen)
    }

    static func simple(_ body: [UInt8]) -> [UInt8] {
        var lines = lines(body).lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.isEmpty ? [0x0D, 0x0A] : lines.flatMap { $0 + [0x0D, 0x0A] }
    }

    static func relaxed(_ body: [UInt8]) -> [UInt8] {
        var lines = lines(body).lines.map { line -> [UInt8] in
            var out: [UInt8] = []
            for byte in line {
                let isSpace = byte == 0x20 || byte == 0x09
                if isSpace && out.last == 0x20 { continue }
                out.append(isSpace ? 0x20 : byte)
            }
            if out.last == 0x20 { out.removeLast() }
            return out
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.flatMap { $0 + [0x0D, 0x0A] }
    }
}

@Suite struct BodyHasherTests {
    private func hash(_ body: [UInt8], _ request: BodyHasher.Request) -> SHA256Digest? {
        var hasher = BodyHasher()
        hasher.request(request)
        hasher.update(body)
        return hasher.finish()[request]?.digest
    }

    /// RFC 6376 sections 3.4.3 and 3.4.4 give these two.
    @Test func anEmptyBodyHasTheHashesOfTheRFC() {
        #expect(
            hash([], .init(.simple)).map { String(base64: $0) } == "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=")
        #expect(
            hash([], .init(.relaxed)).map { String(base64: $0) } == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    @Test func theExampleOfTheRFCIsRelaxedAsItSays() {
        #expect(
            hash(Array(" C \r\nD \t E\r\n\r\n\r\n".utf8), .init(.relaxed))
                == SHA256.hash(data: Array(" C\r\nD E\r\n".utf8)))
        #expect(
            hash(Array(" C \r\nD \t E\r\n\r\n\r\n".utf8), .init(.simple))
                == SHA256.hash(data: Array(" C \r\nD \t E\r\n".utf8)))
    }

    @Test func anyChunkingGivesTheHashesOfTheWhole() {
        var random = MailRandom(seed: 6376)
        let alphabet: [UInt8] = [0x20, 0x09, 0x0D, 0x0A, 0x0D, 0x0A, 0x41, 0x42, 0x00, 0xE3]
        for round in 0..<3000 {
            var body: [UInt8] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                if Int.random(in: 0..<4, using: &random) == 0 {
                    body += [0x0D, 0x0A]
                } else {
                    body.append(alphabet.randomElement(using: &random)!)
                }
            }
            let limit = Int.random(in: 0...40, using: &random)
            var hasher = BodyHasher()
            for request in [Canonicalization.simple, .relaxed].flatMap({
                [BodyHasher.Request($0), .init($0, length: limit), .init($0)]
            }) {
                hasher.request(request)
            }
            var rest = body[...]
            while !rest.isEmpty {
                let size = Int.random(in: 0...(round % 2 == 0 ? 3 : 20), using: &random)
                hasher.update(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            let hashes = hasher.finish()
            #expect(hashes.entries.count == 4)
            for (form, canonical) in [
                (Canonicalization.simple, CanonicalBody.simple(body)), (.relaxed, CanonicalBody.relaxed(body)),
            ] {
                #expect(hashes[.init(form)]?.digest == SHA256.hash(data: canonical), "\(form) \(body)")
                #expect(hashes[.init(form)]?.bodyLength == canonical.count)
                #expect(
                    hashes[.init(form, length: limit)]?.digest == SHA256.hash(data: Array(canonical.prefix(limit))))
            }
        }
    }

    @Test func largeBodiesGoThroughInPieces() {
        var random = MailRandom(seed: 1)
        var body: [UInt8] = []
        for _ in 0..<4000 { body += OddMessages.make(seed: random.next() % 50).body.prefix(100) + [0x20, 0x0D, 0x0A] }
        body += Array(repeatElement([0x0D, 0x0A], count: 20_000).joined())
        body += Array("end".utf8)
        #expect(hash(body, .init(.relaxed)) == SHA256.hash(data: CanonicalBody.relaxed(body)))
        #expect(hash(body, .init(.simple)) == SHA256.hash(data: CanonicalBody.simple(body)))
    }

    @Test func aHashThatIsAskedForTooLateIsNotGiven() {
        var hasher = BodyHasher()
        hasher.update(Array("x".utf8))
        hasher.request(.init(.simple))
        #expect(hasher.finish()[.init(.simple)] == nil)
    }
}
