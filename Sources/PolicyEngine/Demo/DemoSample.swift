import Foundation
import MailPolicy
import PostfixProtocols
import SampleDay

/// The files of the sample day, read whole.
struct DemoSample: Sendable {
    var configuration: EngineConfiguration
    var accounts: [DirectoryAccount]
    var queue: [QueueEntry]
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
                file: file,
                problem: "it is not there; run this where the sample-data folder is, or name it with --sample-data")
        }
        configuration = try ConfigurationLoader.load(file: file, now: now)
        let rulebook = configuration.rulebook
        accounts = try DirectoryReader.load(
            file: place.appendingPathComponent("accounts.csv").path, plans: rulebook.plans.map(\.name),
            zone: rulebook.zone, now: CivilDate(year: 2100, month: 1, day: 1).local)
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

    private static func queue(_ file: URL) throws -> [QueueEntry] {
        let bytes = try [UInt8](Data(contentsOf: file))
        var results: [Result<QueueEntry, QueueListingError>] = []
        var listing = QueueListing()
        listing.read(bytes.span) { results.append($0) }
        listing.finish { results.append($0) }
        return try results.map { try $0.get() }
    }

    private static func requests(_ file: URL) throws -> [DemoRequest] {
        var reader = SampleDayReader(try Gzip.decompress(file.path))
        var requests: [DemoRequest] = []
        while let record = try reader.next() {
            let bytes = Array(reader.bytes[record.request])
            requests.append(DemoRequest(at: record.time, connection: record.connection, bytes: bytes))
        }
        return requests
    }
}

package struct SampleError: Error, CustomStringConvertible {
    package var file: String
    package var problem: String

    package var description: String { "\(file): \(problem)" }
}
