import MailAuthentication
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite struct AnswerCacheTests {
    private let question = Question("example.org", .txt)
    private let found = Answer(.records([.text(Array("v=spf1".utf8))]))

    @Test func eachKindOfAnswerIsKeptForItsOwnTimeAtMost() {
        var bounds = AnswerCacheBounds()
        bounds.positive = 10_000
        bounds.negative = 3_000
        bounds.negativeWithoutTTL = 2_000
        bounds.failure = 1_000
        let cases: [(Answer, ttl: Int, lasts: Milliseconds)] = [
            (found, 5, 5_000), (found, 3_600, 10_000), (Answer(.noData), 2, 2_000), (Answer(.noSuchName), 600, 3_000),
            (Answer(.noSuchName), 0, 2_000), (Answer(.failed(.timedOut)), 0, 1_000),
            (Answer(.failed(.serverFailed)), 3_600, 1_000),
        ]
        for (answer, ttl, lasts) in cases {
            let cache = AnswerCache(bounds: bounds)
            cache.keep(answer, for: question, ttl: ttl, at: 100)
            #expect(cache.answer(to: question, at: 100 + lasts - 1) == answer)
            #expect(cache.answer(to: question, at: 100 + lasts) == nil)
            #expect(cache.size.entries == 0)
        }
    }

    @Test func anAnswerWithATTLOfZeroIsNotKept() {
        let cache = AnswerCache()
        cache.keep(found, for: question, ttl: 0, at: 0)
        #expect(cache.answer(to: question, at: 0) == nil)
    }

    @Test func theSameNameWithAnotherTypeIsAnotherQuestion() {
        let cache = AnswerCache()
        cache.keep(found, for: question, ttl: 60, at: 0)
        #expect(cache.answer(to: Question("example.org", .mx), at: 0) == nil)
    }

    @Test func neverMoreIsHeldThanTheBoundsAllow() {
        var bounds = AnswerCacheBounds()
        bounds.entries = 320
        let cache = AnswerCache(bounds: bounds)
        for number in 0..<10_000 {
            cache.keep(found, for: Question(DomainName("n\(number).example"), .txt), ttl: 60, at: 0)
            #expect(cache.size.entries <= 320)
        }
        #expect(cache.size.entries >= 160)

        bounds.entries = 1_000_000
        bounds.bytes = 1 << 20
        let bytes = AnswerCache(bounds: bounds)
        let text = Answer(.records([.text([UInt8](repeating: 120, count: 10_000))]))
        for number in 0..<1_000 {
            bytes.keep(text, for: Question(DomainName("n\(number).example"), .txt), ttl: 60, at: 0)
        }
        #expect(bytes.size.bytes <= 1 << 20)
        #expect(bytes.size.entries > 16)
        // One that alone is over what a shard may hold is not kept.
        let large = Answer(.records([.text([UInt8](repeating: 120, count: 60_000))]))
        bytes.keep(large, for: question, ttl: 60, at: 0)
        #expect(bytes.answer(to: question, at: 0) == nil)
    }

    @Test func whatIsAskedForStaysWhileOthersPass() {
        var bounds = AnswerCacheBounds()
        bounds.entries = 320
        let cache = AnswerCache(bounds: bounds)
        cache.keep(found, for: question, ttl: 60, at: 0)
        for number in 0..<10_000 {
            cache.keep(found, for: Question(DomainName("n\(number).example"), .txt), ttl: 60, at: 0)
            #expect(cache.answer(to: question, at: 0) != nil)
        }
    }

    @Test func bytesAreCountedRightThroughReplacementAndExpiry() {
        let cache = AnswerCache()
        for round in 0..<100 {
            let text = Answer(.records([.text([UInt8](repeating: 120, count: round * 10))]))
            cache.keep(text, for: question, ttl: 60, at: 0)
        }
        #expect(cache.size.entries == 1)
        #expect(cache.size.bytes < 2_000)
        #expect(cache.answer(to: question, at: 60_000) == nil)
        #expect(cache.size == (0, 0))
    }
}

@Suite struct RecordDataTests {
    private func read(_ bytes: [UInt8], _ type: RecordType) -> RecordData.Reading? {
        RecordData.read(bytes.span, type: type)
    }

    @Test func dataOfAnotherLengthThanItsTypesIsMalformed() {
        #expect(read([192, 0, 2], .a) == nil)
        #expect(read([192, 0, 2, 1, 0], .a) == nil)
        #expect(read([UInt8](repeating: 0, count: 15), .aaaa) == nil)
        #expect(read([0, 10], .mx) == nil)
        #expect(read([0, 10, 1], .mx) == nil)
        #expect(read([], .txt) == nil)
        #expect(read([3, 97, 98], .txt) == nil)
        #expect(read([], .ptr) == nil)
        #expect(read([1, 97], .ptr) == nil)
        // Something after the end, and a pointer, which libunbound never leaves.
        #expect(read([1, 97, 0, 0], .ptr) == nil)
        #expect(read([0xC0, 12], .ptr) == nil)
    }

    @Test func characterStringsAreJoinedAndMayBeEmpty() {
        #expect(read([0], .txt) == .record(.text([])))
        #expect(read([2, 97, 98, 0, 1, 0xFF], .txt) == .record(.text([97, 98, 0xFF])))
    }

    @Test func aNameLongerThan255BytesIsMalformed() {
        let label = [63] + [UInt8](repeating: 97, count: 63)
        #expect(read(label + label + label + [60] + [UInt8](repeating: 97, count: 60) + [0], .ptr) != nil)
        #expect(read(label + label + label + label + [0], .ptr) == nil)
    }

    @Test func anyDataIsReadWithoutFault() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...8, using: &random) : .random(in: 0...255, using: &random)
            }
            for type in [RecordType.a, .aaaa, .mx, .ptr, .txt] { _ = read(bytes, type) }
        }
    }
}
