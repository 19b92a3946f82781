import Testing

@testable import PolicyStore

@Suite struct MeterCodecTests {
    private func decode(_ bytes: [UInt8]) -> [MeterEntry]? {
        bytes.withUnsafeBytes { raw in
            let entries = MeterEntries(bytes: raw)
            return entries.isIntact ? Array(entries) : nil
        }
    }

    private func encode(_ entries: [MeterEntry]) -> [UInt8] {
        var encoder = MeterEncoder()
        encoder.encode(entries)
        return encoder.bytes
    }

    @Test func entriesComeBackAsTheyWereAlsoTheExtremes() {
        let entries = [
            MeterEntry(at: .min, messages: .min, recipients: .max, bytes: .min),
            MeterEntry(at: .max, messages: .max, recipients: .min, bytes: .max),
            MeterEntry(at: 0, messages: 0, recipients: 0, bytes: 0),
            MeterEntry(at: -1, messages: -1, recipients: 1, bytes: 48_000),
        ]
        #expect(decode(encode(entries)) == entries)
        #expect(decode([]) == [])
    }

    @Test func anEntryOfOrdinaryMailTakesTenBytes() {
        let first = MeterEntry(at: morning, messages: 1, recipients: 2, bytes: 48_000)
        var later = first
        later.at += 3_600_000
        #expect(encode([first, later]).count == 11 + 9)
    }

    @Test func bytesThatEndInTheMiddleAreNoEntries() {
        let whole = encode([MeterEntry(at: morning, messages: 1, recipients: 2, bytes: 48_000)])
        for length in 1..<whole.count { #expect(decode(Array(whole.prefix(length))) == nil) }
    }

    @Test func whateverTheBytesDecodingEnds() {
        var state: UInt64 = 42
        for _ in 0..<2_000 {
            let bytes = (0..<40).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                return UInt8(truncatingIfNeeded: state >> 56)
            }
            bytes.withUnsafeBytes { raw in
                var decoder = MeterDecoder(raw)
                while !decoder.isAtEnd, decoder.key() != nil, decoder.entry(after: 0) != nil {}
                #expect(decoder.offset <= 40)
            }
        }
    }
}
