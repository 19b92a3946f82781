import PostfixProtocols
import Testing

@Suite struct MilterDecoderTests {
    typealias Fixtures = MilterFixtures

    @Test func aMessageOfPostfixIsRead() {
        let outcome = MilterReading.read(Fixtures.postfixMessage, pieces: [Fixtures.postfixMessage.count])
        #expect(outcome == .init(said: Fixtures.saidByPostfix))
    }

    @Test func offersOfSendmailAndOfOldPeersAreRead() {
        let outcome = MilterReading.read(Fixtures.sendmailOffer + Fixtures.oldOffer, pieces: [1_000])
        #expect(
            outcome.said == [
                .negotiate(.init(version: 6, actions: .init(rawValue: 0x1FF), steps: .init(rawValue: 0x201F_FFFF))),
                .negotiate(.init(version: 2, actions: .init(rawValue: 0x3F), steps: .init(rawValue: 0x7F))),
            ])
    }

    @Test func packetsAreFoundWhereverTheyAreCut() {
        let bytes = Fixtures.postfixMessage
        for first in 0...bytes.count {
            let outcome = MilterReading.read(bytes, pieces: [first, bytes.count - first])
            #expect(outcome == .init(said: Fixtures.saidByPostfix))
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 13, 64]) func packetsAreFoundInPiecesOfAnySize(size: Int) {
        let bytes = Fixtures.postfixMessage
        let outcome = MilterReading.read(bytes, pieces: Array(repeating: size, count: bytes.count / size + 1))
        #expect(outcome == .init(said: Fixtures.saidByPostfix))
    }

    @Test func clientsOfEveryFamilyAreRead() {
        let bytes =
            Fixtures.packet("C", "h\u{0}6\0\0IPv6:2001:db8::1\0") + Fixtures.packet("C", "localhost\0L\0\0/run/s\0")
            + Fixtures.packet("C", "unknown\0U") + Fixtures.packet("C", "unknown\0U\0\0\0")
        #expect(
            MilterReading.read(bytes, pieces: [bytes.count]).said == [
                .connection(name: "h", .v6, port: 0, address: "IPv6:2001:db8::1"),
                .connection(name: "localhost", .local, port: 0, address: "/run/s"),
                .connection(name: "unknown", .unknown, port: 0, address: ""),
                .connection(name: "unknown", .unknown, port: 0, address: ""),
            ])
    }

    @Test func whatTheWriterWritesIsRead() {
        var writer = MilterCommandWriter()
        writer.negotiate(.init(version: 6, actions: .quarantine, steps: .leadingSpace))
        writer.macros(.sender, [("{auth_authen}", "user0")])
        writer.connection(name: "h", port: 25, address: "192.0.2.9")
        writer.helo("h")
        writer.unknown("NOOP?")
        writer.sender("<>", parameters: ["SIZE=1"])
        writer.recipient("<b@isp.example>")
        writer.data()
        writer.header("A", " b")
        writer.endOfHeader()
        writer.body(Array("x".utf8))
        writer.endOfMessage(Array("y".utf8))
        writer.abort()
        writer.quitForNewConnection()
        writer.quit()
        #expect(
            MilterReading.read(writer.bytes, pieces: [writer.bytes.count]).said == [
                .negotiate(.init(version: 6, actions: .quarantine, steps: .leadingSpace)),
                .macros(.sender, ["{auth_authen}", "user0"]),
                .connection(name: "h", .v4, port: 25, address: "192.0.2.9"), .helo("h"), .unknown("NOOP?"),
                .sender("<>", ["SIZE=1"]), .recipient("<b@isp.example>", []), .data, .header("A", " b"), .endOfHeader,
                .body([0x78]), .endOfMessage([0x79]), .abort, .quitForNewConnection, .quit,
            ])
    }

    // MARK: Large

    @Test func aChunkIsHandedOnAsItArrivesAndNeverWaitedFor() throws {
        var decoder = MilterDecoder()
        let chunk = Fixtures.bytes("00010000 42") + Array(repeating: UInt8(7), count: 65_535)
        #expect(try decoder.next(chunk.span.extracting(0..<5)) == nil)
        let first = try decoder.next(chunk.span.extracting(0..<1_000))
        #expect(first == MilterPacket(byteCount: 1_000, command: .body(5..<1_000, isEnd: false)))
        #expect(decoder.isInsidePacket)
        let second = try decoder.next(chunk.span.extracting(1_000..<1_001))
        #expect(second == MilterPacket(byteCount: 1, command: .body(0..<1, isEnd: false)))
        let more = Array(chunk[1_001...]) + [0, 0]
        let last = try decoder.next(more.span)
        #expect(last == MilterPacket(byteCount: 64_539, command: .body(0..<64_539, isEnd: true)))
        #expect(!decoder.isInsidePacket)
    }

    @Test func anEmptyChunkIsOne() {
        #expect(MilterReading.read(Fixtures.packet("B", ""), pieces: [5]).said == [.body([])])
    }

    @Test func aHeaderOverTheBoundIsPassedOverAndCounted() {
        var bounds = MilterBounds()
        bounds.header = 100
        let value = String(repeating: "x", count: 200)
        let bytes = Fixtures.packet("L", "A\0 \(value)\0") + Fixtures.packet("L", "B\0 c\0")
        for size in [1, 5, 6, 50, 1_000] {
            let outcome = MilterReading.read(
                bytes, bounds: bounds, pieces: Array(repeating: size, count: bytes.count / size + 1))
            #expect(outcome == .init(said: [.longHeader("A", 204), .header("B", " c")]))
        }
    }

    // MARK: Wrong

    private static let wrong: [([UInt8], MilterPacketError.Kind, MilterLetter?, Int)] = [
        (Fixtures.bytes("00000000"), .empty, nil, 0),
        (Fixtures.bytes("00000001 7A"), .unknownCommand(0x7A), nil, 4),
        (Fixtures.bytes("FFFFFFFF 41"), .tooLong(length: 0xFFFF_FFFF, most: 16_385), .abort, 0),
        (Fixtures.bytes("00004002 4D"), .tooLong(length: 16_386, most: 16_385), .sender, 0),
        (Fixtures.bytes("00100002 42"), .tooLong(length: 0x10_0002, most: 0x10_0001), .body, 0),
        (Fixtures.bytes("04000002 4C"), .tooLong(length: 0x400_0002, most: 0x400_0001), .header, 0),
        (Fixtures.packet("O", "\0\0\0\u{6}\0\0\0\0\0\0\0"), .tooShort, .negotiate, 16),
        (Fixtures.packet("D", ""), .tooShort, .macros, 5),
        (Fixtures.packet("D", "zi\u{0}1\0"), .unknownStage(0x7A), .macros, 5),
        (Fixtures.packet("D", "Mi\0"), .missingValue, .macros, 8),
        (Fixtures.packet("D", "Mi\u{0}1"), .missingNUL, .macros, 9),
        (Fixtures.packet("C", "h"), .missingNUL, .connection, 6),
        (Fixtures.packet("C", "h\0"), .tooShort, .connection, 7),
        (Fixtures.packet("C", "h\u{0}5\0\0"), .unknownFamily(0x35), .connection, 7),
        (Fixtures.packet("C", "h\u{0}4\0"), .tooShort, .connection, 9),
        (Fixtures.packet("C", "h\u{0}4\0\u{0}1.2.3.4"), .missingNUL, .connection, 17),
        (Fixtures.packet("H", ""), .missingNUL, .helo, 5),
        (Fixtures.packet("H", "a\0b\0"), .excess, .helo, 7),
        (Fixtures.packet("M", "<a>"), .missingNUL, .sender, 8),
        (Fixtures.packet("R", "<a>\0X"), .missingNUL, .recipient, 10),
        (Fixtures.packet("T", "x"), .excess, .data, 5),
        (Fixtures.packet("L", "A\0"), .missingNUL, .header, 7),
        (Fixtures.packet("L", "A\0b\0c\0"), .excess, .header, 9),
        (Fixtures.packet("N", "\0"), .excess, .endOfHeader, 5),
        (Fixtures.packet("A", "\0"), .excess, .abort, 5),
        (Fixtures.packet("Q", "\0"), .excess, .quit, 5),
        (Fixtures.packet("U", "X"), .missingNUL, .unknown, 6),
    ]

    @Test(arguments: wrong.indices) func whatIsWrongIsNamedWithItsCommandAndPlaceHoweverItIsCut(_ index: Int) {
        let (bytes, kind, command, offset) = Self.wrong[index]
        let error = MilterPacketError(kind: kind, command: command, offset: offset, packet: 2)
        let all = Fixtures.postfixOffer + bytes
        for first in 0...all.count {
            let outcome = MilterReading.read(all, pieces: [first, all.count - first])
            #expect(outcome.error == error)
            #expect(outcome.said.count == 1)
        }
        #expect(error.description.contains("packet 2"))
        #expect(error.description.contains("byte \(offset)"))
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func mutatedPacketsNeverTrapAndAreTheSameHoweverTheyAreCut(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bounds = MilterBounds()
        bounds.header = 40
        bounds.packet = 100
        for _ in 0..<200 {
            var bytes = Fixtures.postfixMessage
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...8, using: &generator), at: place)
                }
            }
            let whole = MilterReading.read(bytes, bounds: bounds, pieces: [bytes.count])
            let pieces = (0..<bytes.count).map { _ in Int.random(in: 0...30, using: &generator) } + [bytes.count]
            let cut = MilterReading.read(bytes, bounds: bounds, pieces: pieces)
            #expect(cut.said == whole.said)
            #expect(cut.error == whole.error)
        }
    }
}
