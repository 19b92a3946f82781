import Foundation

/// A temporary folder with all that a comparison needs; removed when it is over.
struct Workplace {
    let folder: String

    var nullSocket: String { folder + "/null.sock" }
    var policySocket: String { folder + "/policy.sock" }
    var controlSocket: String { folder + "/control.sock" }
    var configuration: String { folder + "/sekisho.toml" }
    private var accounts: String { folder + "/accounts.csv" }
    private var store: String { folder + "/sekisho.db" }

    /// - Throws: ``SystemError``.
    init() throws {
        var template = Array((NSTemporaryDirectory() + "sekisho-bench.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("make a temporary folder") }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Writes the configuration and so many accounts.
    func write(accounts count: Int, decisions: BenchConfiguration.LoggedDecisions) throws {
        try Data(
            BenchConfiguration.toml(
                policySocket: policySocket, controlSocket: controlSocket, directory: accounts, store: store,
                decisions: decisions
            ).utf8
        ).write(to: URL(fileURLWithPath: configuration))
        var text = Array(BenchConfiguration.accountsHeader.utf8)
        text.reserveCapacity(count * 48)
        for number in 0..<count { text += Array(BenchConfiguration.accountsLine(number).utf8) }
        try Data(text).write(to: URL(fileURLWithPath: accounts))
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
