import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct KeyTests {
    @Test func eachKeyMeansOneThing() {
        var seen: [Key: String] = [:]
        for binding in Keymap.views + Keymap.navigation + Keymap.looking + Keymap.verbs {
            for key in binding.keys {
                #expect(seen[key] == nil, "\(key) is bound twice: \(seen[key] ?? "") and \(binding.explanation)")
                seen[key] = binding.explanation
            }
        }
    }

    @Test func keysOfMultiplexersAndShellsAreLeftAlone() {
        for letter in "abgsz\\" { #expect(Keymap.intent(of: .control(letter)) == nil) }
    }

    @Test func theVerbsAreOnTheirKeys() {
        let keys: [Character: Verb] = [
            "x": .suspend, "l": .limit, "t": .throttle, "w": .whitelist, "b": .block, "H": .hold, "R": .release,
            "D": .delete, "c": .contain, "u": .undo,
        ]
        for (key, verb) in keys { #expect(Keymap.intent(of: .character(key)) == .verb(verb)) }
    }

    @Test func theDigitsOpenTheViewsInTheOrderOfTheTabs() {
        for (index, view) in State.views.enumerated() {
            #expect(Keymap.intent(of: .character(Character(String(index + 1)))) == .view(view))
        }
    }

    @Test func escNeverQuits() throws {
        var session = ConsoleSession(.senders)
        session.deliver(try TestFiles.frame("senders"))
        session.press(.down, .enter, .character("?"))
        for _ in 0..<50 { session.press(.escape) }
        #expect(!session.state.hasEnded)
        #expect(session.state.overlay == nil)
        session.press(.character("q"), .escape)
        #expect(!session.state.hasEnded)
    }

    @Test func qAsksAndOnlyYLeaves() {
        for key in [Key.enter, .character("q"), .character("n"), .escape, .character(" ")] {
            var session = ConsoleSession()
            session.press(.character("q"), key)
            #expect(!session.state.hasEnded, "\(key) quit")
        }
        var session = ConsoleSession()
        session.press(.character("q"), .character("y"))
        #expect(session.state.hasEnded)
        #expect(session.commands.last == .quit)
    }

    @Test func pasteOutsideOfAFieldDoesNothing() throws {
        var session = ConsoleSession(.senders)
        session.deliver(try TestFiles.frame("senders"))
        session.press(.down)
        let before = session.state
        session.happen(.paste("xD\nqy"))
        #expect(session.state.overlay == before.overlay)
        #expect(session.state.screen == before.screen)
        #expect(!session.state.hasEnded)
        #expect(session.sentOrders.isEmpty)
    }

    @Test func pasteIntoTheFilterIsOneLineOfIt() {
        var session = ConsoleSession(.senders)
        session.press(.character("/"))
        session.happen(.paste("plan:new\nrate>5\u{1B}"))
        #expect(session.state.prompt?.input.text == "plan:new rate>5")
        session.press(.enter)
        #expect(session.state.subscription?.query.filter == "plan:new rate>5")
    }

    @Test func escInTheFilterBringsTheEarlierOneBack() {
        var session = ConsoleSession(.senders)
        session.press(.character("/"))
        session.type("abc")
        session.press(.enter, .character("/"))
        session.type("def")
        session.press(.escape)
        #expect(session.state.screen.filter == "abc")
    }

    @Test func inATooSmallTerminalNothingIsDoneBlindly() throws {
        var session = ConsoleSession(.senders)
        session.deliver(try TestFiles.frame("senders"))
        session.press(.down)
        session.happen(.resized(Size(rows: 3, columns: 10)))
        session.type("xlcDu:/")
        session.press(.enter)
        #expect(session.state.overlay == nil)
        #expect(session.state.prompt == nil)
        #expect(session.text.contains("too small"))
    }

    @Test func theHelpSaysWhyAVerbDoesNotApply() throws {
        var session = ConsoleSession(.carriers)
        session.deliver(try TestFiles.frame("carriers"))
        session.press(.down, .character("?"))
        #expect(session.text.contains("a carrier cannot be suspended; an account can"))
        session.press(.escape)
        #expect(session.state.overlay == nil)
    }

    @Test func viewersSeeWhichRoleAVerbNeeds() {
        var session = ConsoleSession(.senders)
        session.deliver(ConsoleSession.senders(["a@x"]), roles: [.viewer])
        session.press(.down, .character("x"))
        #expect(session.dialog == nil)
        #expect(session.state.notice?.text.contains("needs the role abuse") == true)
    }

    @Test func aHangUpEndsTheConsole() {
        var session = ConsoleSession()
        session.happen(.terminated)
        #expect(session.state.hasEnded)
    }
}
