import ControlProtocol
import Foundation
import Testing

@testable import OperatorConsole

/// Files beside the tests: frames as the control protocol sends them, and golden screens.
enum TestFiles {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// A frame as an engine sent it: `{"status":{…},"content":{…}}`.
    static func frame(_ name: String) throws -> ViewFrame {
        let data = try Data(contentsOf: folder.appending(path: "Frames/\(name).json"))
        return try JSONDecoder().decode(ViewFrame.self, from: data)
    }
}

/// Drives the console's update function as the thread of the terminal does, with a clock of its own.
struct ConsoleSession {
    var state: State
    var now: Milliseconds = 1_000
    var commands: [Command] = []

    init(
        _ view: ViewKind = .overview, size: Size = Size(rows: 30, columns: 120), drawing: Drawing = .utf8
    ) {
        state = State(size: size, drawing: drawing, initialView: view)
        happen(.started)
    }

    mutating func happen(_ what: Happening) {
        let (next, made) = update(state, Event(at: now, what))
        state = next
        commands += made
    }

    mutating func press(_ keys: Key...) {
        for key in keys { happen(.key(key)) }
    }

    mutating func type(_ text: String) {
        for character in text { happen(.key(.character(character))) }
    }

    mutating func pass(_ milliseconds: Milliseconds) {
        now += milliseconds
        happen(.tick)
    }

    /// The engine answers the newest subscription.
    mutating func deliver(_ frame: ViewFrame) {
        happen(.frame(generation: state.subscription?.generation ?? 0, frame))
    }

    mutating func deliver(_ content: ViewContent, roles: [Role] = [.viewer, .abuse, .oncall]) {
        deliver(ViewFrame(status: Self.status(roles: roles), content: content))
    }

    /// The engine answers the question that the open dialog asked.
    mutating func answerPreview(affected: Int = 1, role: Role = .abuse) {
        guard case .action(let dialog) = state.overlay, let actions = try? dialog.actions() else { return }
        let previews = actions.map { action in
            Preview(
                title: action.verb, facts: [], warnings: [], affected: affected, requiredRole: role,
                command: "sekisho \(action.verb) \(action.target)")
        }
        happen(.previewed(ticket: dialog.previewTicket, .success(previews)))
    }

    var dialog: ActionDialog? {
        if case .action(let dialog) = state.overlay { dialog } else { nil }
    }

    var sentOrders: [[Order]] {
        commands.compactMap { if case .perform(_, let orders) = $0 { orders } else { nil } }
    }

    var lastTicket: Int { state.nextTicket - 1 }

    var text: String {
        let grid = render(state, state.size)
        return (0..<grid.size.rows).map(grid.line).joined(separator: "\n")
    }

    static func status(roles: [Role] = [.viewer, .abuse, .oncall]) -> EngineStatus {
        EngineStatus(
            host: "mx1", mode: "serve", version: "1", now: 1_795_500_000_000, startedAt: 1_795_400_000_000,
            timeZone: "Asia/Tokyo", zoneOffsetSeconds: 32_400, zoneAbbreviation: "JST", decisionsPerSecond: 12,
            p99Microseconds: 200, queueLength: 3, queuePerMinute: nil, alerts: 0, feeds: [], storeTrouble: nil,
            actor: "tanaka", roles: roles)
    }

    static func sender(_ account: String, state: SenderRow.State = .active) -> SenderRow {
        SenderRow(
            account: account, name: nil, plan: "new", signedUp: nil, inDirectory: true, messagesPerMinute: 0,
            limit: "10 messages per day", used: 1, quantity: 10, fraction: 0.1, freeAgain: nil, networks: 1,
            refusedLastHour: 0, queued: 0, state: state, marks: [], overrides: [])
    }

    static func senders(_ accounts: [String], offset: Int = 0, matched: Int? = nil, located: Int? = nil) -> ViewContent
    {
        let matched = matched ?? accounts.count
        return .senders(
            Page(
                total: matched, matched: matched, offset: offset, rows: accounts.map { sender($0) }, located: located))
    }
}
