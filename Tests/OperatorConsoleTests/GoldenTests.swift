import ControlProtocol
import Foundation
import Testing

@testable import OperatorConsole

/// Whole screens as text. After a change that is meant, run the tests once with `SEKISHO_RECORD_GOLDEN=1` and look at
/// the difference before it is committed.
@Suite struct GoldenTests {
    struct Picture: Sendable, CustomTestStringConvertible {
        var name: String
        var frame: String
        var view: ViewKind
        var subject: String?
        var size: Size
        var drawing = Drawing.utf8
        var keys: [Key] = []
        var testDescription: String { name }
    }

    static let sizes = [
        Size(rows: 24, columns: 80), Size(rows: 40, columns: 120), Size(rows: 60, columns: 200),
        Size(rows: 10, columns: 40),
    ]

    static let pictures: [Picture] = {
        let tables: [ViewKind] = [
            .overview, .queue, .senders, .sources, .domains, .carriers, .actions, .plans,
        ]
        let pages: [(ViewKind, String)] = [
            (.account, "yamada88@isp.example"), (.source, "203.0.113.9"), (.domain, "isp.example"),
            (.carrier, "docomo"),
            (.message, "out/4Zk1EEFzJ7q"), (.why, "yamada88@isp.example"),
        ]
        var result: [Picture] = []
        for size in sizes {
            let suffix = "-\(size.columns)x\(size.rows)"
            for view in tables {
                result.append(Picture(name: view.rawValue + suffix, frame: view.rawValue, view: view, size: size))
            }
            for (view, subject) in pages {
                result.append(
                    Picture(
                        name: view.rawValue + suffix, frame: view.rawValue, view: view, subject: subject, size: size))
            }
            result.append(
                Picture(
                    name: "suspend" + suffix, frame: "senders", view: .senders, size: size,
                    keys: [.down, .character("x"), .tab, .tab, .tab, .tab, .character("踏"), .character("台")]))
            result.append(
                Picture(
                    name: "help" + suffix, frame: "queue", view: .queue, size: size, keys: [.down, .character("?")]))
        }
        for view in [ViewKind.overview, .queue, .senders] {
            result.append(
                Picture(
                    name: "\(view)-ascii-80x24", frame: view.rawValue, view: view, size: sizes[0], drawing: .ascii))
            result.append(
                Picture(
                    name: "\(view)-wide-ambiguous-120x40", frame: view.rawValue, view: view, size: sizes[1],
                    drawing: Drawing(glyphs: .ascii, ambiguousWidth: 2)))
        }
        return result
    }()

    @Test(arguments: pictures)
    func theScreenIsAsItWasLookedAt(_ picture: Picture) throws {
        let grid = try Self.grid(of: picture)
        let text = (0..<grid.size.rows).map { Self.trimmed(grid.line($0)) }.joined(separator: "\n") + "\n"
        try Self.compare(text, "\(picture.name).txt")
    }

    /// Without colour the attributes must still tell an alarm from a warning and the selected row from the others.
    @Test func theScreenWithoutColourKeepsItsMeaning() throws {
        let picture = Picture(
            name: "senders-mono", frame: "senders", view: .senders, size: Self.sizes[0], keys: [.down, .down])
        let grid = try Self.grid(of: picture)
        let lines = (0..<grid.size.rows).map { row in
            Self.trimmed(
                String(
                    (0..<grid.size.columns).map { column -> Character in
                        let style = Palette.mono.attributes(of: grid[row, column].style)
                        if style.reverse { return "R" }
                        if style.underline, style.bold { return "A" }
                        if style.bold { return "B" }
                        return style.dim ? "d" : grid[row, column].text == " " ? " " : "."
                    }))
        }
        try Self.compare(lines.joined(separator: "\n") + "\n", "senders-mono-80x24.txt")
    }

    static func grid(of picture: Picture) throws -> Grid {
        var session = ConsoleSession(.overview, size: picture.size, drawing: picture.drawing)
        if let subject = picture.subject {
            session.state.openPage(picture.view, subject)
        } else {
            session.state.show(picture.view)
        }
        session.happen(.tick)
        session.deliver(try TestFiles.frame(picture.frame))
        for key in picture.keys {
            session.press(key)
            if session.dialog?.looking == .asking { session.answerPreview() }
        }
        return render(session.state, picture.size)
    }

    private static func trimmed(_ line: String) -> String {
        var line = Substring(line)
        while line.last == " " { line = line.dropLast() }
        return String(line)
    }

    private static func compare(_ text: String, _ name: String) throws {
        let file = TestFiles.folder.appending(path: "Golden/\(name)")
        if ProcessInfo.processInfo.environment["SEKISHO_RECORD_GOLDEN"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name)")
            return
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        #expect(text == golden, "\(name) differs from what was looked at:\n\(text)")
    }
}
