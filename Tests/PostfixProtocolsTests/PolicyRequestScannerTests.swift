import PostfixProtocols
import Testing

@Suite struct PolicyRequestScannerTests {
    static let three = PolicyFixtures.rcpt + PolicyFixtures.data + PolicyFixtures.endOfMessage
    static let lengths = [PolicyFixtures.rcpt.count, PolicyFixtures.data.count, PolicyFixtures.endOfMessage.count]

    @Test func requestsAreFoundWhereverTheyAreCut() {
        for first in 0...Self.three.count {
            let pieces = [first, Self.three.count - first]
            #expect(Reading.next(Self.three, pieces: pieces) == .init(lengths: Self.lengths))
            #expect(Reading.scanningAndParsing(Self.three, pieces: pieces) == .init(lengths: Self.lengths))
        }
    }

    @Test(arguments: [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 500])
    func requestsAreFoundInPiecesOfAnySize(size: Int) {
        let pieces = Array(repeating: size, count: Self.three.count / size + 1)
        #expect(Reading.next(Self.three, pieces: pieces) == .init(lengths: Self.lengths))
    }

    @Test func aRequestCutOffInTheMiddleWaits() throws {
        let cut = PolicyFixtures.rcpt.count / 2
        #expect(Reading.next(PolicyFixtures.rcpt, pieces: [cut]) == .init(rest: cut))
        var scanner = PolicyRequestScanner()
        #expect(!scanner.isInsideRequest)
        #expect(try scanner.scan(PolicyFixtures.rcpt, first: cut) == nil)
        #expect(scanner.isInsideRequest)
        #expect(try scanner.scan(PolicyFixtures.rcpt, first: PolicyFixtures.rcpt.count) == PolicyFixtures.rcpt.count)
        #expect(!scanner.isInsideRequest)
    }

    @Test func whatWasScannedIsNotScannedAgain() throws {
        // Were the first part looked at again, the empty line that was put there meanwhile would be found.
        let bytes = PolicyFixtures.rcpt
        var scanner = PolicyRequestScanner()
        #expect(try scanner.scan(bytes, first: 300) == nil)
        let spoilt = Array(repeating: UInt8(0x0A), count: 250) + bytes[250...]
        #expect(try scanner.scan(spoilt, first: spoilt.count) == bytes.count)
    }

    @Test func noBytesAreNoRequest() throws {
        var scanner = PolicyRequestScanner()
        #expect(try scanner.scan([], first: 0) == nil)
    }

    @Test func randomRequestsComeOutAsTheyWentIn() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let sent = (0..<Int.random(in: 1...4, using: &generator)).map { _ in RandomRequest.text(&generator) }
            let bytes = sent.flatMap(\.encoded)
            var start = 0
            var scanner = PolicyRequestScanner()
            for text in sent {
                let found = try scanner.next(bytes.span.extracting(droppingFirst: start))
                let request = try #require(found)
                RandomRequest.expect(request, Array(bytes[start...]), text)
                start += request.byteCount
            }
            let pieces = (0..<bytes.count).map { _ in Int.random(in: 0...40, using: &generator) } + [bytes.count]
            #expect(Reading.next(bytes, pieces: pieces) == .init(lengths: sent.map(\.encoded.count)))
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func garbageNeverTrapsAndIsTheSameHoweverItIsCut(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let bytes = Garbage.bytes(&generator)
            let whole = Reading.next(bytes, pieces: [bytes.count])
            let pieces = (0..<bytes.count).map { _ in Int.random(in: 0...30, using: &generator) } + [bytes.count]
            #expect(Reading.next(bytes, pieces: pieces) == whole)
            #expect(Reading.scanningAndParsing(bytes, pieces: pieces) == whole)
            _ = try? bytes.parsed()
            _ = try? bytes.decodedReply()
            _ = try? bytes.queueID()
        }
    }
}

extension PolicyRequestScanner {
    fileprivate mutating func scan(_ bytes: [UInt8], first count: Int) throws -> Int? {
        try scan(bytes.span.extracting(first: count))
    }
}

/// Bytes that are mostly no request: noise, noise of the bytes that mean something, and requests with a few wrong bytes.
enum Garbage {
    static func bytes(_ generator: inout SeededGenerator) -> [UInt8] {
        switch Int.random(in: 0...3, using: &generator) {
        case 0: return noise(&generator)
        case 1:
            let meaning = Array("=\n\n\r\0:request size 19".utf8) + [0x80, 0xC3, 0xE3, 0xF0, 0xFF]
            return (0..<Int.random(in: 0...400, using: &generator)).map { _ in
                meaning.randomElement(using: &generator) ?? 0
            }
        default:
            var bytes = PolicyFixtures.data + PolicyFixtures.rcpt
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: noise(&generator), at: place)
                }
            }
            return bytes
        }
    }

    private static func noise(_ generator: inout SeededGenerator) -> [UInt8] {
        let length = [3, 20, 300, 2_100].randomElement(using: &generator) ?? 0
        return (0..<Int.random(in: 0...length, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
    }
}
