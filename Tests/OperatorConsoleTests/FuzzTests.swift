import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct FuzzTests {
    /// Any keys, frames and sizes in any order: nothing traps, no order is sent without a reason, Esc never quits.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func noSequenceOfEventsTrapsOrSendsByItself(_ seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let frames = try ViewKind.allCases.map { try TestFiles.frame($0.rawValue) }
        let characters: [Key] = "1234567jkgGxltwbHRDcu/s p[]y?: arn".map { .character($0) }
        let keys =
            characters + [.up, .down, .left, .right, .pageUp, .pageDown, .tab, .backTab, .enter, .escape, .other]
        var session = ConsoleSession()
        for _ in 0..<4_000 {
            session.now += Milliseconds.random(in: 0...400, using: &numbers)
            switch Int.random(in: 0...9, using: &numbers) {
            case 0...5: session.press(keys.randomElement(using: &numbers) ?? .other)
            case 6: session.deliver(frames.randomElement(using: &numbers) ?? frames[0])
            case 7:
                let size = Size(
                    rows: Int.random(in: 0...60, using: &numbers), columns: Int.random(in: 0...200, using: &numbers))
                session.happen(.resized(size))
            case 8: session.answerPreview(affected: Int.random(in: 0...500, using: &numbers))
            default: session.happen(.paste(GridTests.anyText(&numbers)))
            }
            if session.state.hasEnded { session = ConsoleSession() }
            if Int.random(in: 0...9, using: &numbers) == 0 { _ = render(session.state, session.state.size) }
        }
        for orders in session.sentOrders {
            for order in orders { #expect(!order.reason.isEmpty) }
        }
    }
}
