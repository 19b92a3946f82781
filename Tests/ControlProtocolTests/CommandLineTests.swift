import ControlProtocol
import Testing

@Suite struct CommandLineTests {
    @Test(
        arguments: [
            (
                OperatorAction.suspend(account: "yamada88@isp.example", mode: .refuse), "throw-away account", 86_400,
                "sekisho suspend yamada88@isp.example --reason 'throw-away account' --for 24h"
            ),
            (
                .suspend(account: "佐藤商店@shop.example", mode: .hold), "it's", 604_800,
                #"sekisho suspend '佐藤商店@shop.example' --hold --reason 'it'\''s' --for 7d"#
            ),
            (
                .limit(target: .plan(name: "new"), limit: "20 messages per day"), "r", 90,
                "sekisho limit set '20 messages per day' --plan new --reason r --for 90s"
            ),
            (
                .throttle(carrier: "docomo", perSecond: 0.2), "r", 1_800,
                "sekisho carrier throttle docomo 0.2/s --reason r --for 30m"
            ),
            (
                .queue(operation: .delete, selection: .messages(ids: ["mx1/4bXyz1", "mx1/4bXyz2"])), "spam", nil,
                "sekisho queue delete mx1/4bXyz1 mx1/4bXyz2 --reason spam"
            ),
            (.queue(operation: .flush, selection: .everything), "r", nil, "sekisho queue flush --all --reason r"),
            (.undo(number: 41), nil, nil, "sekisho undo 41"),
            (.resume(account: "-x"), "-y", nil, "sekisho resume --reason=-y -- -x"),
        ] as [(OperatorAction, String?, Int?, String)])
    func anActionIsWrittenAsAnOperatorWouldTypeIt(action: OperatorAction, reason: String?, seconds: Int?, line: String)
    {
        #expect(commandLine(for: action, reason: reason, seconds: seconds) == line)
    }

    @Test func whatATerminalWouldObeyIsWrittenAsItsBytes() {
        #expect(shellQuoted("a\u{1B}[2J\n7'\\") == #"$'a\033[2J\0127\'\\'"#)
        #expect(shellQuoted("a\u{202E}b") == #"$'a\342\200\256b'"#)
        #expect(shellQuoted("") == "''")
        #expect(shellQuoted("$(reboot)`x`") == "'$(reboot)`x`'")
    }
}
