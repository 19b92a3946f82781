import ArgumentParser
import ControlProtocol
import Testing

@testable import sekisho

@Suite struct CommandLineRoundTripTests {
    static let hostile = [
        "yamada88@isp.example", "佐藤 商店@shop.example", "-x", "--", "--yes", "it's \"$HOME\" `id` $(id) \\ !",
        "*?[a]~#&;|<>",
        "a\u{1B}]0;x\u{7}\n\tb", "\u{202E}abc\u{9B}", "",
    ]

    static let actions: [OperatorAction] =
        hostile.flatMap { name -> [OperatorAction] in
            [
                .suspend(account: name, mode: .refuse), .suspend(account: name, mode: .hold), .resume(account: name),
                .contain(account: name), .limit(target: .account(name: name), limit: name),
                .limit(target: .plan(name: name), limit: name), .throttle(carrier: name, perSecond: 0.1 + 0.2),
                .whitelist(network: name, carrier: nil), .whitelist(network: name, carrier: name),
                .block(network: name),
                .clear(network: name), .queue(operation: .requeue, selection: .account(name: name)),
                .queue(operation: .delete, selection: .messages(ids: [name, "mx1/4bXyz1"])),
            ]
        } + hostile.filter { !$0.isEmpty }.map { .queue(operation: .hold, selection: .filter(text: $0)) }
        + QueueOperation.allCases.map { .queue(operation: $0, selection: .everything) }
        + [0, 0.2, 1e-7, 20, 1_000_000].map { .throttle(carrier: "au", perSecond: $0) } + [.undo(number: 41)]

    private func parsed(_ arguments: [String]) throws -> Order {
        let command = try #require(try Sekisho.parseAsRoot(arguments) as? any ChangeCommand)
        return Order(action: command.action, reason: command.change.reason ?? "", seconds: command.seconds)
    }

    @Test(arguments: actions) func theArgumentsOfAnActionAreParsedAsTheSameAction(action: OperatorAction) throws {
        let arguments = commandArguments(for: action, reason: "r", seconds: action.expires ? 5_400 : nil)
        #expect(try parsed(arguments) == Order(action: action, reason: "r", seconds: action.expires ? 5_400 : nil))
    }

    @Test func aShellReadsTheLineAsTheSameActions() async throws {
        let lines = Self.actions.map { action in
            commandLine(for: action, reason: "チケット '4411'").replacing("sekisho ", with: "said ", maxReplacements: 1)
        }
        let script = #"said() { printf '%s\0' "$@"; printf '\n\0'; }"# + "\n" + lines.joined(separator: "\n")
        let run = try await CommandRun.run("/bin/bash", ["-c", script], environment: ["LC_ALL": "C.UTF-8"])
        #expect(run.status == 0, "\(run.errors)")
        var words: [[String]] = [[]]
        for word in run.output.split(separator: "\0", omittingEmptySubsequences: false).dropLast() {
            if word == "\n" { words.append([]) } else { words[words.count - 1].append(String(word)) }
        }
        #expect(words.count == Self.actions.count + 1)
        for (arguments, action) in zip(words, Self.actions) {
            #expect(try parsed(arguments) == Order(action: action, reason: "チケット '4411'", seconds: nil))
        }
    }

    @Test(arguments: [60, 61, 1_800, 3_600, 86_400, 172_800, 604_800, 90_061])
    func aTimeReadsBackAsItself(seconds: Int) {
        #expect(OverrideTime(argument: timeText(seconds: seconds))?.seconds == seconds)
    }
}

extension OperatorAction {
    fileprivate var expires: Bool {
        switch self {
        case .suspend, .contain, .limit, .throttle, .whitelist, .block: true
        case .resume, .clear, .queue, .undo: false
        }
    }
}
