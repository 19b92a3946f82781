import ControlProtocol
import Testing

@Suite struct LineFramingTests {
    private let bounds = LineFraming.Bounds(general: 64, accountImport: 256)

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: 1...9) func linesComeWholeHoweverTheyAreCut(size: Int) {
        var framing = LineFraming(bounds: bounds)
        let stream = bytes("{\"a\":1}\n\r\n{\"b\":\"日本\"}\r\n\n{}\n{\"rest")
        var events: [LineFraming.Event] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            events += framing.append(stream[start..<min(start + size, stream.count)])
        }
        #expect(events == [.line(bytes("{\"a\":1}")), .line(bytes("{\"b\":\"日本\"}")), .line(bytes("{}"))])
        #expect(framing.isInsideLine)
    }

    @Test func aLineOfTheBoundPassesAndOneByteMoreDoesNot() {
        var framing = LineFraming(bounds: bounds)
        let fits = [UInt8](repeating: 65, count: 64)
        #expect(framing.append(fits + [10]) == [.line(fits)])
        #expect(framing.append(fits + [65, 10] + bytes("{}\n")) == [.overlong(limit: 64), .line(bytes("{}"))])
    }

    @Test func anOverlongLineIsReportedOnceAndNotKept() {
        var framing = LineFraming(bounds: bounds)
        let chunk = [UInt8](repeating: 65, count: 50)
        var events: [LineFraming.Event] = []
        for _ in 0..<1_000 { events += framing.append(chunk) }
        #expect(events == [.overlong(limit: 64)])
        #expect(framing.isInsideLine)
        #expect(!framing.holdsImport)
        #expect(framing.append(bytes("\n{}\n")) == [.line(bytes("{}"))])
        #expect(!framing.isInsideLine)
    }

    @Test(arguments: [1, 7, 300], ["\"method\":\"importAccounts\"", "\"method\" : \"importAccounts\""])
    func anImportMayBeLonger(size: Int, mark: String) {
        var framing = LineFraming(bounds: bounds)
        let line = bytes("{\"id\":1,\(mark),\"params\":\"" + String(repeating: "x", count: 150) + "\"}")
        var events: [LineFraming.Event] = []
        for start in stride(from: 0, to: line.count, by: size) {
            events += framing.append(line[start..<min(start + size, line.count)])
        }
        #expect(framing.holdsImport)
        #expect(events + framing.append([10]) == [.line(line)])
    }

    @Test func anImportHasABoundToo() {
        var framing = LineFraming(bounds: bounds)
        let line = bytes("{\"method\":\"importAccounts\",\"params\":\"" + String(repeating: "x", count: 250))
        #expect(framing.append(line) == [.overlong(limit: 256)])
    }
}
