import Foundation
import Glibc
import Logging
import Testing

@testable import PolicyEngine

@Suite(.timeLimit(.minutes(2))) struct LogSinkTests {
    /// A pipe whose reader reads when the test says so.
    private final class LazyReader: Sendable {
        let descriptor: Int32
        private let reading: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            precondition(pipe(&ends) == 0)
            (reading, descriptor) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        }

        deinit {
            close(reading)
            close(descriptor)
        }

        /// What is in the pipe. Nothing is waited for: the sink has written what it will before it returns.
        func read() -> String {
            var (text, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
            while case let count = Glibc.read(reading, &buffer, buffer.count), count > 0 {
                text += buffer[..<count]
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    private func line(_ number: Int) -> [UInt8] {
        Array("{\"number\":\(number),\"text\":\"\(String(repeating: "x", count: 300))\"}\n".utf8)
    }

    @Test func aReaderThatStallsCostsTheEngineNoTime() {
        let reader = LazyReader()
        let sink = LogSink(.standardError, json: true, descriptor: reader.descriptor)
        let began = ContinuousClock.now
        for number in 0..<2_000 { sink.write(line(number)) }
        // The pipe takes some 200 lines; waiting for each of the others would take minutes.
        #expect(ContinuousClock.now - began < .seconds(10))
        #expect(reader.read().utf8.count > 60_000)
    }

    @Test func everyLineIsWholeAlthoughTheReaderStalled() throws {
        let reader = LazyReader()
        let sink = LogSink(.standardError, json: true, descriptor: reader.descriptor)
        for number in 0..<1_000 { sink.write(line(number)) }
        // It goes on reading: the line that was cut is ended, and what was dropped is told.
        let drained = reader.read()
        for number in 1_000..<1_010 { sink.write(line(number)) }
        let text = drained + reader.read()
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
        let lines = reader.read().split(separator: "\n").map(String.init)
        #expect(lines.count == 2)
        #expect(lines[0] == #"at=7 level=notice message="it \"is\"\n\u001b[31m so" del="a\u007fb" plain=a"#)
        let object = try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any]
        #expect(object?["message"] as? String == "it \"is\"\n\u{1B}[31m so")
        #expect(object?["at"] as? Int == 7)
    }
}
