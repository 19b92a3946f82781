import Foundation
import MailPolicy

/// The files of the sample day, read whole.
struct SampleFiles: Sendable {
    var configuration: EngineConfiguration
    var accounts: [DirectoryAccount]
    var queue: [ListedMessage]
    var requests: [DemoRequest]
    /// Midnight of the sample's day in the site's zone.
    var dayStart: Milliseconds

    /// - Throws: ``ConfigurationError``, ``DirectoryError``, ``SampleError``.
    init(folder: String) throws {
        let place = URL(fileURLWithPath: folder)
        let now = Milliseconds(Date().timeIntervalSince1970 * 1000)
        let file = place.appendingPathComponent("sekisho.toml").path
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw SampleError(
                file: file, problem: "it is not there; run this where the sample-data folder is, or name it with --sample-data")
        }
        configuration = try ConfigurationLoader.load(file: file, now: now)
        let rulebook = configuration.rulebook
        accounts = try DirectoryReader.load(
            file: place.appendingPathComponent("accounts.csv").path, plans: rulebook.plans.map(\.name),
            zone: rulebook.zone, now: .max)
        queue = try Self.queue(place.appendingPathComponent("postqueue.json"))
        requests = try Self.requests(place.appendingPathComponent("day.policy.gz"))
        guard let first = requests.first else { throw SampleError(file: "day.policy.gz", problem: "it has no request") }
        dayStart = Self.dayStart(of: first.at)
    }

    /// Japan has no daylight saving, so its days are all of 24 hours.
    static func dayStart(of time: Milliseconds) -> Milliseconds {
        let zone: Milliseconds = 9 * 3_600_000
        return (time + zone) / 86_400_000 * 86_400_000 - zone
    }

    private static func queue(_ file: URL) throws -> [ListedMessage] {
        let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
        let decoder = JSONQueueListing()
        return try lines.map { line in try Array(line).withUnsafeBytes { try decoder.decode(line: $0) } }
    }

    private static func requests(_ file: URL) throws -> [DemoRequest] {
        let bytes = try unzip(file)
        var requests: [DemoRequest] = []
        var position = 0
        while position < bytes.count {
            guard let lineEnd = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            let head = String(decoding: bytes[position..<lineEnd], as: UTF8.self)
            let parts = head.split(separator: " ")
            guard parts.count == 2, parts[0].hasPrefix("@"), let at = time(parts[0].dropFirst()) else {
                throw SampleError(file: file.path, problem: "byte \(position): \"\(head.prefix(60))\" is no head of a request")
            }
            var end = lineEnd + 1
            while end + 1 < bytes.count, !(bytes[end] == UInt8(ascii: "\n") && bytes[end + 1] == UInt8(ascii: "\n")) { end += 1 }
            let request = Array(bytes[(lineEnd + 1)..<min(end + 2, bytes.count)])
            requests.append(DemoRequest(at: at, connection: String(parts[1]), bytes: request))
            position = end + 2
        }
        return requests
    }

    /// Reads `2026-11-24T13:58:02.345+09:00`.
    private static func time(_ text: Substring) -> Milliseconds? {
        let digits = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard digits.count == 9, text.contains("+") else { return nil }
        let date = CivilDate(
            year: digits[0], month: digits[1], day: digits[2], hour: digits[3], minute: digits[4], second: digits[5])
        return date.local + Milliseconds(digits[6]) - Milliseconds(digits[7] * 60 + digits[8]) * 60_000
    }

    /// gzip(1) is part of every Debian.
    private static func unzip(_ file: URL) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SampleError(file: file.path, problem: "gzip cannot read it") }
        return Array(data)
    }
}

package struct SampleError: Error, CustomStringConvertible {
    package var file: String
    package var problem: String

    package var description: String { "\(file): \(problem)" }
}
