import ControlProtocol
import ControlTesting
import Testing

@testable import sekisho

@Suite struct OutputTests {
    @Test func columnsLineUpWithJapaneseInThem() {
        let table = TextTable(
            columns: [.left("account"), .right("n"), .left("why")],
            rows: [["佐藤商店@shop", "1,000", "x"], ["ab", "2", ""], ["ｶﾞｶﾞ", "3", "が"]])
        #expect(
            table.text == """
                account            n  why
                佐藤商店@shop  1,000  x
                ab                 2
                ｶﾞｶﾞ               3  が
                """)
    }

    @Test(arguments: [
        ("plain 日本", "plain 日本"), ("a\u{1B}[2Jb", "a\\x1b[2Jb"), ("a\nb\tc", "a\\nb\\tc"), ("\u{9B}2J", "\\x9b2J"),
        ("\u{202E}x", "\\u{202e}x"), ("\u{7F}", "\\x7f"),
    ])
    func whatATerminalWouldObeyIsShownAsItsCode(text: String, shown: String) {
        #expect(visible(text) == shown)
    }

    @Test func jsonCannotSteerATerminalAndReadsBackTheSame() throws {
        let text = "a\u{1B}b\u{9B}c\u{202E}d\u{7F}e\u{E0001}f日本"
        let json = try Output.json([text])
        #expect(json.unicodeScalars.filter(\.steersTerminal).isEmpty)
        #expect(json.contains("日本"))
        #expect(try JSONLine.decode([String].self, from: Array(json.utf8)) == [text])
    }

    @Test func timesAreTheSites() {
        let clock = SiteClock(.sample)
        #expect(clock.nowWithZone == "14:03:22 JST")
        #expect(clock.time(1_775_019_802_000 - 86_400_000) == "2026-03-31 14:03")
        #expect(clock.age(1_775_019_802_000 - 3 * 3_600_000) == "3 h")
    }

    @Test func aZoneThatIsNotKnownHereFallsBackOnItsOffset() {
        var status = EngineStatus.sample
        status.timeZone = "Mars/Olympus"
        #expect(SiteClock(status).nowWithZone == "14:03:22 JST")
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func countsAreGrouped(number: Int, text: String) { #expect(Figures.count(number) == text) }

    @Test(arguments: [
        (0.2, "0.2"), (20, "20"), (1_284.05, "1,284.1"), (-0.04, "0"), (.nan, "-"), (.infinity, "-"), (99.96, "100"),
    ])
    func decimalsAreShort(number: Double, text: String) { #expect(Figures.decimal(number) == text) }

    @Test func aTableSaysWhatItDoesNotShow() {
        let page = Page(total: 1_204_882, matched: 214, offset: 20, rows: [SenderRow.sample("a@isp.example")])
        let text = FrameText(ViewFrame(status: .sample, content: .senders(page))).text
        #expect(text.hasSuffix("(21-21 of 214, filtered from 1,204,882, mx1 14:03:22 JST)"))
        #expect(text.contains("10 messages per day"))
    }
}
