import Foundation

/// Reads a day of policy requests: lines `@TIME CONNECTION`, each followed by a request as Postfix sends it, its empty
/// line included. Lines that begin with `#` between them are skipped.
///
/// ```swift
/// var reader = SampleDayReader(try Gzip.decompress("sample-data/day.policy.gz"))
/// while let record = try reader.next() {
///     send(reader.bytes[record.request], on: record.connection)
/// }
/// ```
package struct SampleDayReader: Sendable {
    package struct Record: Sendable, Equatable {
        /// UTC milliseconds.
        package var time: Int64
        /// Number of the connection from one smtpd process.
        package var connection: Int
        /// Where the request lies in the bytes.
        package var request: Range<Int>
    }

    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        package var line: Int
        package var problem: String

        package var description: String { "line \(line): \(problem)" }
    }

    package let bytes: [UInt8]
    private var index = 0
    private var line = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next record; `nil` at the end.
    package mutating func next() throws(Fault) -> Record? {
        var header = 0..<0
        repeat {
            guard index < bytes.count else { return nil }
            header = try nextLine()
        } while header.isEmpty || bytes[header.lowerBound] == UInt8(ascii: "#")
        let (time, connection) = try stamp(header)
        let start = index
        while try !nextLine().isEmpty {}
        guard index > start + 1 else { throw fault("the request is empty") }
        return Record(time: time, connection: connection, request: start..<index)
    }

    private func fault(_ problem: String) -> Fault { Fault(line: line, problem: problem) }

    /// The next line without its end, which it must have.
    private mutating func nextLine() throws(Fault) -> Range<Int> {
        let start = index
        line += 1
        guard let end = lineFeed(from: start) else { throw fault("the file ends within a request") }
        index = end + 1
        return start..<end
    }

    private func lineFeed(from start: Int) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, start < buffer.count else { return nil }
            return memchr(base + start, 0x0A, buffer.count - start).map { UnsafeRawPointer($0) - base }
        }
    }

    /// `@2026-11-24T13:58:02.345+09:00 17`, of fixed width up to the connection.
    private func stamp(_ header: Range<Int>) throws(Fault) -> (time: Int64, connection: Int) {
        let text = bytes[header]
        let start = header.lowerBound
        func digits(_ place: Int, _ count: Int) -> Int? {
            var number = 0
            for index in start + place..<start + place + count {
                guard (0x30...0x39).contains(bytes[index]) else { return nil }
                number = number * 10 + Int(bytes[index] - 0x30)
            }
            return number
        }
        guard text.count >= 32, text.count <= 50, bytes[start] == UInt8(ascii: "@"),
            text[(start + 24)..<(start + 31)].elementsEqual("+09:00 ".utf8), let year = digits(1, 4),
            let month = digits(6, 2), let day = digits(9, 2), let hour = digits(12, 2), let minute = digits(15, 2),
            let second = digits(18, 2), let milli = digits(21, 3), (1...12).contains(month),
            let connection = digits(31, header.count - 31)
        else { throw fault("no \"@2026-11-24T13:58:02.345+09:00 CONNECTION\"") }
        let days = Self.dayNumber(year, month, day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - 9 * 3600
        return (Int64(seconds) * 1000 + Int64(milli), connection)
    }

    /// Days since 1970-01-01, over years that begin in March.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
