import Testing

@testable import OperatorConsole

@Suite struct InputLineTests {
    @Test func linesAreBoundedAndOfOneLine() {
        var line = InputLine()
        line.insert(String(repeating: "あ\n", count: 2_000))
        #expect(line.characters.count == InputLine.maximumCharacters)
        #expect(!line.text.contains("\n"))
    }

    @Test func editingKeepsTheCursorWithinTheText() {
        var numbers = SeededNumbers(state: 3)
        let keys: [Key] = [
            .left, .right, .home, .end, .backspace, .delete, .control("u"), .control("k"), .control("w"), .control("e"),
            .character("x"), .character("\u{301}"), .character("が"), .character(" "),
        ]
        var line = InputLine("佐藤 ticket")
        for _ in 0..<5_000 {
            let isHandled = line.handle(keys.randomElement(using: &numbers) ?? .left)
            #expect(isHandled)
            #expect((0...line.characters.count).contains(line.position))
            let field = FieldText(line, width: 8, splitter: CellSplitter(drawing: .utf8))
            #expect((0...8).contains(field.cursor))
        }
    }

    @Test func ctrlWTakesTheWordBeforeTheCursor() {
        var line = InputLine("ticket 4412 ")
        _ = line.handle(.control("w"))
        #expect(line.text == "ticket ")
    }
}
