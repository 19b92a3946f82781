import Testing

@testable import OperatorConsole

@Suite struct CellTextTests {
    private let splitter = CellSplitter(drawing: .utf8)

    @Test(arguments: [
        ("abc", 3), ("佐藤商店", 8), ("ｶﾞ", 2), ("ﾊﾟｰﾃｨｰ", 6), ("が", 2), ("か\u{3099}", 2), ("Ａ", 2), ("①", 1), ("●", 1),
        ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("e\u{301}", 1), ("𠮷野家", 6), ("葛\u{E0100}", 2), ("😀", 2),
        ("🇯🇵", 2), ("👨‍👩‍👧", 2), ("👍🏽", 2), ("☎\u{FE0F}", 1), ("\u{E63E}", 2), ("〜", 2), ("～", 2), ("", 0),
    ])
    func widthIsWhatATerminalTakes(_ text: String, _ width: Int) {
        #expect(splitter.width(of: text) == width)
    }

    @Test(arguments: [("①", 2), ("●", 2), ("─", 2), ("α", 2), ("a", 1), ("ｶ", 1), ("佐", 2), ("※", 2)])
    func ambiguousCharactersAreTwoWideWhereTheTerminalSaysSo(_ text: String, _ width: Int) {
        let wide = CellSplitter(drawing: Drawing(glyphs: .ascii, ambiguousWidth: 2))
        #expect(wide.width(of: text) == width)
    }

    @Test func halfwidthVoicedKanaIsTwoCells() {
        #expect(splitter.cells(of: "ｶﾞ").map(\.text) == ["ｶ", "ﾞ"])
    }

    @Test func flagsAndJoinedEmojiBecomeAPlaceholder() {
        for text in ["🇯🇵", "👨‍👩‍👧", "👍🏽", "1️⃣", "\u{E63E}"] {
            #expect(splitter.cells(of: text) == [CellText(text: "〓", width: 2)], "\(text)")
        }
    }

    @Test(arguments: [
        ("\u{1B}[31m", "^[[31m"), ("a\u{202E}b", "a<U+202E>b"), ("\u{200B}", "<U+200B>"), ("\u{7F}", "^?"),
        ("\u{9B}", "<U+009B>"), ("a\r\nb", "a^M^Jb"), ("\u{0}", "^@"), ("\u{2066}x", "<U+2066>x"),
        ("\u{301}x", "<U+0301>x"), ("\u{FEFF}", "<U+FEFF>"), ("\u{3164}", "<U+3164>"), ("\u{FFFFF}", "<U+FFFFF>"),
    ])
    func whatMustNotReachTheTerminalIsShownAsItsCode(_ text: String, _ shown: String) {
        #expect(splitter.cells(of: text).map(\.text).joined() == shown)
    }

    @Test func stackedMarksAreCutShort() {
        let zalgo = "a" + String(repeating: "\u{301}", count: 500)
        let cells = splitter.cells(of: zalgo)
        #expect(cells.count == 1)
        #expect(cells[0].text.unicodeScalars.count == 3)
    }

    @Test func withoutUTF8EverythingIsASCIIAndKeepsItsWidth() {
        let ascii = CellSplitter(drawing: .ascii)
        for text in ["佐藤@isp.example", "ｶﾞ", "🇯🇵", "é", "e\u{301}", "①"] {
            let cells = ascii.cells(of: text)
            #expect(cells.allSatisfy { $0.text.utf8.allSatisfy { $0 < 0x80 } })
            #expect(cells.reduce(0) { $0 + $1.width } == CellSplitter(drawing: .utf8).width(of: text))
        }
    }
}
