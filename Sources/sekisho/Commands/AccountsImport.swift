import ArgumentParser
import ControlProtocol
import Foundation

struct AccountsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import accounts from a CSV file: all of it, or nothing.")

    /// What an engine reads in one line, less what JSON adds.
    static let maximumLength = LineFraming.Bounds.requests.accountImport

    @Argument(help: "The file; - is standard input.", completion: .file(extensions: ["csv"])) var file: String
    @Option(help: "Why; goes into the audit log with your name.") var reason: String
    @OptionGroup var engine: EngineOptions

    func run() async throws {
        let csv = try read()
        try await engine.withEngine { link in
            try Output.print(receipt: try await link.importAccounts(csv: csv, reason: reason), json: engine.json)
        }
    }

    private func read() throws -> String {
        let bytes: Data
        do {
            bytes = try contents()
        } catch {
            Output.error("sekisho: cannot read \(visible(file)): \(error.localizedDescription)")
            throw CommandStatus.failed.code
        }
        guard bytes.count <= Self.maximumLength else {
            throw ValidationError("\(file) has over \(Self.maximumLength) bytes; divide it.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ValidationError("\(file) is no UTF-8 text.")
        }
        return text
    }

    private func contents() throws -> Data {
        let handle = file == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        return try handle.read(upToCount: Self.maximumLength + 1) ?? Data()
    }
}
