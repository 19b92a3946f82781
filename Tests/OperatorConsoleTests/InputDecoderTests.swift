import Testing

@testable import OperatorConsole

@Suite struct InputDecoderTests {
    private func scalars(_ text: String) -> [RawInput] { text.unicodeScalars.map { .scalar($0) } }

    @Test func plainKeysAreThemselves() {
        var decoder = InputDecoder()
        #expect(
            decoder.decode(scalars("aD佐\r\t\u{7F}\u{0C}"))
                == [
                    .key(.character("a")), .key(.character("D")), .key(.character("佐")), .key(.enter), .key(.tab),
                    .key(.backspace), .key(.control("l")),
                ])
    }

    @Test func escAloneIsEsc() {
        var decoder = InputDecoder()
        #expect(decoder.decode(scalars("\u{1B}")) == [.key(.escape)])
        #expect(decoder.decode(scalars("\u{1B}\u{1B}")) == [.key(.escape), .key(.escape)])
    }

    @Test func anUnknownSequenceIsOneKeyThatMeansNothing() {
        var decoder = InputDecoder()
        #expect(decoder.decode(scalars("\u{1B}[1;5Xj")) == [.key(.other), .key(.character("j"))])
        #expect(decoder.decode(scalars("\u{1B}Oxj")) == [.key(.other), .key(.character("j"))])
        // A position report that came too late for the question about ambiguous width.
        #expect(decoder.decode(scalars("\u{1B}[1;2R")) == [.key(.other)])
    }

    @Test func altWithALetterIsNotThatLetter() {
        var decoder = InputDecoder()
        #expect(decoder.decode(scalars("\u{1B}D")) == [.key(.other)])
    }

    @Test func aPasteIsOneTextAcrossReads() {
        var decoder = InputDecoder()
        #expect(decoder.decode([.pasteBegin] + scalars("x\u{1B}[")) == [])
        #expect(decoder.isInPaste)
        #expect(
            decoder.decode(scalars("Dq\r") + [.pasteEnd] + scalars("j")) == [
                .paste("x\u{1B}[Dq\r"), .key(.character("j")),
            ])
    }

    @Test func aPasteWithoutEndIsGivenUpAsText() {
        var decoder = InputDecoder()
        _ = decoder.decode([.pasteBegin] + scalars("xyz"))
        #expect(decoder.abandonPaste() == [.paste("xyz")])
        #expect(!decoder.isInPaste)
    }

    @Test func aPasteIsBounded() {
        var decoder = InputDecoder()
        let flood = Array(repeating: RawInput.scalar("x"), count: InputDecoder.maximumPaste * 2)
        guard case .paste(let text) = decoder.decode([.pasteBegin] + flood + [.pasteEnd]).first else {
            Issue.record("no paste came")
            return
        }
        #expect(text.count == InputDecoder.maximumPaste)
    }
}
