import Testing

@testable import SampleDay

@Suite struct SampleDayReaderTests {
    private func fault(_ text: String) -> String? {
        var reader = SampleDayReader(Array(text.utf8))
        do {
            while try reader.next() != nil {}
            return nil
        } catch {
            return error.description
        }
    }

    @Test func recordsHaveTimeConnectionAndTheBytesOfTheRequest() throws {
        let text = "# day\n\n@2026-11-24T13:58:02.345+09:00 17\na=b\nc=d\n\n@1970-01-01T09:00:00.001+09:00 2\ne=\n\n"
        var reader = SampleDayReader(Array(text.utf8))
        let first = try #require(try reader.next())
        #expect(first.time == DayClock.at(13, 58, 2) + 345 && first.connection == 17)
        #expect(String(decoding: reader.bytes[first.request], as: UTF8.self) == "a=b\nc=d\n\n")
        let second = try #require(try reader.next())
        #expect(second.time == 1 && second.connection == 2)
        #expect(try reader.next() == nil)
    }

    @Test func theWriterAndTheReaderAgreeOnEveryTime() throws {
        for time in [DayClock.midnight, DayClock.at(9, 5, 7.089), DayClock.midnight + DayClock.length - 1] {
            var reader = SampleDayReader(Array("@\(DayClock.text(of: time)) 1\na=b\n\n".utf8))
            #expect(try reader.next()?.time == time)
        }
    }

    @Test(arguments: [
        ("x\n", "line 1: no \"@2026"), ("@2026-11-24T13:58:02.345+09:00 x\na=b\n\n", "line 1: no \"@2026"),
        ("@2026-11-24T13:58:02.345+09:00 1\n\n", "line 2: the request is empty"),
        ("@2026-11-24T13:58:02.345+09:00 1\na=b\n", "line 3: the file ends"), ("#", "line 1: the file ends"),
    ])
    func aFileThatIsNoDayIsRefusedWithItsLine(_ file: (text: String, problem: String)) {
        #expect(fault(file.text)?.hasPrefix(file.problem) == true)
    }
}
