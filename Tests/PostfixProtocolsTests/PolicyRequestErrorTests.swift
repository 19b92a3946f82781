import PostfixProtocols
import Testing

@Suite struct PolicyRequestErrorTests {
    struct BadInput: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let kind: PolicyRequestError.Kind
        let offset: Int
        var attribute: String?
        var testDescription: String { name }
    }

    static let start = Array("request=smtpd_access_policy\n".utf8)

    /// A request of which the second line is this one, wrong at the given byte of it.
    static func line(
        _ name: String, _ line: [UInt8], _ kind: PolicyRequestError.Kind, at offset: Int, attribute: String? = nil
    ) -> BadInput {
        BadInput(
            name: name, bytes: start + line + Array("\nsize=1\n\n".utf8), kind: kind, offset: start.count + offset,
            attribute: attribute)
    }

    static let inputs: [BadInput] = [
        line(
            "a line of 2049 bytes", Array("sender=".utf8) + Array(repeating: 0x78, count: 2_042), .lineTooLong,
            at: 2_048, attribute: "sender"),
        line("a line of 2049 bytes without =", Array(repeating: 0x78, count: 2_049), .lineTooLong, at: 2_048),
        line("NUL in a value", Array("sender=a\0b".utf8), .nul, at: 8, attribute: "sender"),
        line("NUL in a name", Array("sen\0der=a".utf8), .nul, at: 3),
        line("no =", Array("sender".utf8), .missingEqualsSign, at: 0),
        line("no name", Array("=value".utf8), .missingName, at: 0),
        line(
            "a lone continuation byte", Array("helo_name=".utf8) + [0x80], .invalidUTF8, at: 10,
            attribute: "helo_name"),
        line("Latin-1", Array("helo_name=caf".utf8) + [0xE9], .invalidUTF8, at: 13, attribute: "helo_name"),
        line("an overlong slash", Array("sender=".utf8) + [0xC0, 0xAF], .invalidUTF8, at: 7, attribute: "sender"),
        line(
            "an overlong character of three bytes", Array("sender=".utf8) + [0xE0, 0x80, 0xAF], .invalidUTF8, at: 7,
            attribute: "sender"),
        line(
            "an overlong character of four bytes", Array("sender=".utf8) + [0xF0, 0x80, 0x80, 0xAF], .invalidUTF8,
            at: 7, attribute: "sender"),
        line("a surrogate", Array("sender=".utf8) + [0xED, 0xA0, 0x80], .invalidUTF8, at: 7, attribute: "sender"),
        line(
            "above U+10FFFF", Array("sender=".utf8) + [0xF4, 0x90, 0x80, 0x80], .invalidUTF8, at: 7,
            attribute: "sender"),
        line(
            "a character cut off by the line feed", Array("sender=".utf8) + [0xE4, 0xBD], .invalidUTF8, at: 7,
            attribute: "sender"),
        line("CR LF", Array("sender=a\r".utf8), .carriageReturn, at: 8, attribute: "sender"),
        line("letters for a size", Array("size=12k".utf8), .notANumber, at: 7, attribute: "size"),
        line("a negative size", Array("size=-1".utf8), .notANumber, at: 5, attribute: "size"),
        line(
            "a long size with a letter", Array("size=1111111111111111111x".utf8), .notANumber, at: 24,
            attribute: "size"),
        line("a size over 63 bits", Array("size=9223372036854775808".utf8), .numberTooLarge, at: 5, attribute: "size"),
        line(
            "a count over 63 bits", Array("recipient_count=99999999999999999999999999999999".utf8), .numberTooLarge,
            at: 16, attribute: "recipient_count"),
        BadInput(name: "no request", bytes: Array("size=1\n\n".utf8), kind: .missingRequest, offset: 0),
        BadInput(name: "only an empty line", bytes: [0x0A], kind: .missingRequest, offset: 0),
        BadInput(
            name: "another request", bytes: Array("request=smtpd_access_policx\n\n".utf8), kind: .wrongRequest,
            offset: 8, attribute: "request"),
        BadInput(
            name: "an empty request", bytes: Array("request=\n\n".utf8), kind: .wrongRequest, offset: 8,
            attribute: "request"),
    ]

    @Test(arguments: inputs)
    func badInputIsNamedWithItsPlace(input: BadInput) {
        let expected = PolicyRequestError(kind: input.kind, offset: input.offset, attribute: input.attribute)
        #expect(throws: expected) { try input.bytes.parsed() }
        #expect(Reading.next(input.bytes, pieces: [input.bytes.count]).error == expected)
    }

    @Test(arguments: inputs)
    func badInputIsTheSameHoweverItIsCut(input: BadInput) {
        let whole = Reading.next(input.bytes, pieces: [input.bytes.count])
        #expect(Reading.scanningAndParsing(input.bytes, pieces: [input.bytes.count]) == whole)
        for first in 0...input.bytes.count {
            #expect(Reading.next(input.bytes, pieces: [first, input.bytes.count - first]) == whole)
        }
        #expect(Reading.next(input.bytes, pieces: Array(repeating: 1, count: input.bytes.count)) == whole)
    }

    @Test func everyPrefixOfARequestIsIncomplete() {
        let bytes = PolicyFixtures.rcpt
        for length in 0..<bytes.count {
            #expect(throws: PolicyRequestError(kind: .incomplete, offset: length)) {
                try bytes.parsed(first: length)
            }
        }
    }

    @Test func withoutAnEmptyLineReadingEndsAt64KB() throws {
        let bytes = Self.start + Array(Array(repeating: Array("attribute=value\n".utf8), count: 5_000).joined())
        let expected = PolicyRequestError(kind: .requestTooLong, offset: 65_536)
        #expect(throws: expected) { try bytes.parsed() }
        for piece in [1, 1_000, 65_535, 65_536, 65_537, bytes.count] {
            let pieces = Array(repeating: piece, count: bytes.count / piece + 1)
            #expect(Reading.next(bytes, pieces: pieces).error == expected)
        }
    }

    @Test func aRequestOfExactly64KBIsTaken() throws {
        let line = Array("attribute=value\n".utf8)
        var bytes = Self.start
        while bytes.count + line.count < 65_535 { bytes += line }
        bytes += Array("x=".utf8) + Array(repeating: 0x79, count: 65_536 - bytes.count - 4) + [0x0A, 0x0A]
        #expect(bytes.count == 65_536)
        #expect(Reading.next(bytes, pieces: [bytes.count]).lengths == [65_536])
        #expect(Reading.next(bytes, pieces: Array(repeating: 1, count: bytes.count)).lengths == [65_536])
        bytes.insert(0x79, at: bytes.count - 3)
        #expect(Reading.next(bytes, pieces: [bytes.count]).error?.kind == .requestTooLong)
    }

    @Test func aLineWithoutEndIsRefusedBeforeItIsComplete() {
        let bytes = [UInt8](repeating: 0x78, count: 2_049)
        #expect(Reading.next(bytes, pieces: [2_048]).rest == 2_048)
        #expect(Reading.next(bytes, pieces: [2_048, 1]).error?.kind == .lineTooLong)
    }

    @Test func aClientThatEndsLinesWithCRLFIsToldInsteadOfWaitingForever() {
        let bytes = Array(PolicyFixtures.rcpt.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] })
        for pieces in [[bytes.count], Array(repeating: 1, count: bytes.count)] {
            #expect(Reading.next(bytes, pieces: pieces).error?.kind == .carriageReturn)
        }
    }

    @Test func theTextOfAnErrorSaysWhereAndWhat() {
        let error = PolicyRequestError(kind: .notANumber, offset: 512, attribute: "size")
        #expect(error.description == "policy request, byte 512, attribute size: expected decimal digits")
        #expect(
            PolicyRequestError(kind: .incomplete, offset: 3).description
                == "policy request, byte 3: ends before the empty line")
    }

    @Test func aNameInAnErrorIsBoundedAndPrintable() throws {
        for name in [String(repeating: "n", count: 300), "a\u{1B}[2J", "名前"] {
            let bytes = Self.start + Array("\(name)=\0\n\n".utf8)
            let error = #expect(throws: PolicyRequestError.self) { try bytes.parsed() }
            #expect(error?.kind == .nul)
            #expect(error?.attribute == nil)
        }
    }
}
