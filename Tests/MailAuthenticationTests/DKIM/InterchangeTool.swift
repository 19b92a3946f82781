import Foundation
import Testing

@testable import MailAuthentication

/// dkimpy and libopendkim, through the driver in Interchange/dkim_interchange.py.
enum InterchangeTool {
    struct Order: Encodable {
        var `do`: String
        var message: String
        var records: [String: String]
        var domain = ""
        var selector = ""
        var key = ""
        var algorithm = ""
        var header = "relaxed"
        var body = "relaxed"
        var length = false
        var results = ""

        init(_ action: String, _ message: TestMessage, _ records: [String: String] = [:]) {
            self.do = action
            self.message = String(base64: message.bytes)
            self.records = records
        }
    }

    struct Answer: Decodable {
        var fields: [String]?
        var results: [Bool]?
        var cv: String?
        var why: String?
        var error: String?

        /// The fields that were made, without their final CRLF.
        var fieldBytes: [[UInt8]] {
            (fields ?? []).compactMap { Base64.decode($0.utf8) }.map { field in
                field.suffix(2) == [0x0D, 0x0A] ? field.dropLast(2) : field
            }
        }
    }

    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// Debian's Python, whatever else is on the path: its modules are what is tested against.
    private static let python = "/usr/bin/python3"

    /// Carries the orders out in one process.
    static func run(_ orders: [Order]) async throws -> [Answer] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dkim-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appendingPathComponent("orders")
        let output = folder.appendingPathComponent("answers")
        let encoder = JSONEncoder()
        var lines = Data()
        for order in orders { lines += try encoder.encode(order) + Data("\n".utf8) }
        try lines.write(to: input)
        try Data().write(to: output)

        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Interchange/dkim_interchange.py").path
        ]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let answers = try Data(contentsOf: output).split(separator: 0x0A).map {
            try JSONDecoder().decode(Answer.self, from: $0)
        }
        guard status == 0, answers.count == orders.count else {
            throw Failed(
                description:
                    "\(python) ended with \(status) after \(answers.count) of \(orders.count) orders; it needs "
                    + "Debian's python3-dkim, python3-nacl, python3-authres and libopendkim11")
        }
        return answers
    }
}

/// Where the unpacked source distributions lie that hold others' test data.
enum OthersTestData {
    static func folder(_ prefix: String) throws -> URL {
        guard let path = ProcessInfo.processInfo.environment["SEKISHO_TEST_DATA"] else {
            throw InterchangeTool.Failed(
                description:
                    "SEKISHO_TEST_DATA is not set; it names the folder with the unpacked source distribution of dkimpy")
        }
        let found = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".gz") }.sorted().last
        guard let found else { throw InterchangeTool.Failed(description: "\(path) has no folder \(prefix)*") }
        return URL(fileURLWithPath: path).appendingPathComponent(found)
    }
}
