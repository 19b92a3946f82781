import ControlTesting
import Foundation
import Logging
import Testing

@testable import PolicyEngine

@Suite(.timeLimit(.minutes(2))) struct LogSinkTests {
    /// A pipe whose reader reads when the test says so.
    private struct LazyReader {
        let pipe = Pipe()
        var descriptor: Int32 { pipe.fileHandleForWriting.fileDescriptor }

        /// All that was written, up to the end of the writing.
        func readToEnd() throws -> String {
            try pipe.fileHandleForWriting.close()
            return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        }
    }

    private func line(_ number: Int) -> [UInt8] {
        Array("{\"number\":\(number),\"text\":\"\(String(repeating: "x", count: 300))\"}\n".utf8)
    }

    @Test func aReaderThatStallsCostsTheEngineNoTime() throws {
        let reader = LazyReader()
        let sink = LogSink(.standardError, json: true, descriptor: reader.descriptor)
        let began = ContinuousClock.now
        for number in 0..<2_000 { sink.write(line(number)) }
        // The pipe takes some 200 lines; waiting for each of the others would take minutes.
        #expect(ContinuousClock.now - began < .seconds(10))
        _ = try reader.readToEnd()
    }

    @Test func everyLineIsWholeAlthoughTheReaderStalled() throws {
        let reader = LazyReader()
        let sink = LogSink(.standardError, json: true, descriptor: reader.descriptor)
        for number in 0..<1_000 { sink.write(line(number)) }
        // It goes on reading: the line that was cut is ended, and what was dropped is told.
        let drained = reader.pipe.fileHandleForReading.availableData
        for number in 1_000..<1_010 { sink.write(line(number)) }
        let text = String(decoding: drained, as: UTF8.self) + (try reader.readToEnd())
        var (numbers, told) = (Set<Int>(), 0)
        for line in text.split(separator: "\n") {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            if let number = object["number"] as? Int { numbers.insert(number) }
            if let message = object["message"] as? String { told += Int(message.prefix { $0.isNumber }) ?? 0 }
        }
        #expect(numbers.isSuperset(of: 1_000..<1_010))
        #expect(told > 0)
        #expect(numbers.count + told == 1_010)
    }

    @Test func theEnginesOwnLinesHaveTheFormThatIsSet() throws {
        let reader = LazyReader()
        let sink = LogSink(.standardError, descriptor: reader.descriptor)
        let logger = Logger(label: "t") { _ in SinkLogHandler(sink: sink, level: .info, now: { 7 }) }
        logger.notice("it \"is\"\n\u{1B}[31m so", metadata: ["plain": "a", "del": "a\u{7F}b"])
        sink.isJSON = true
        logger.notice("it \"is\"\n\u{1B}[31m so", metadata: ["plain": "a"])
        let lines = try reader.readToEnd().split(separator: "\n").map(String.init)
        #expect(lines.count == 2)
        #expect(lines[0] == #"at=7 level=notice message="it \"is\"\n\u001b[31m so" del="a\u007fb" plain=a"#)
        let object = try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any]
        #expect(object?["message"] as? String == "it \"is\"\n\u{1B}[31m so")
        #expect(object?["at"] as? Int == 7)
    }
}
