import MailPolicy
import Synchronization
import Testing

@testable import MailAuthentication

/// Records that nobody would write, and some that look as if.
@Suite struct SPFMutationTests {
    private static let pieces = [
        "v=spf1", "spf2.0/pra,mfrom", " ", " ", " ", "a", "mx", "ptr", "include:", "exists:", "ip4:", "ip6:", "all",
        "redirect=", "exp=", "%{", "}", "%", "%%", "%_", "{d2r}", "%{p}", "%{ir}", "%{l1r+-}", "%{s}", "%{h}", "%{c}",
        ".example.org", "example.org", "/24", "//64", "/", ":", "=", "-", "~", "?", "+", "192.0.2.1", "2001:db8::",
        "::ffff:1.2.3.4", "999", "\0", "\r\n", "é", ".", "..",
    ]

    private static let terms = [
        "a", "mx", "ptr", "-all", "~all", "?all", "all", "a:%{d}", "a:a.example.org/24//64", "mx:b.example.org",
        "include:c.example.org", "include:d.example.org", "redirect=e.example.org", "exp=f.example.org",
        "exists:%{ir}.%{l1r+-}.g.example.org", "ptr:%{p}", "ip4:192.0.2.9", "ip6:2001:db9::/32", "x=%{c}",
        "-exists:%{s}",
    ]

    /// Half of them whole terms, half of them pieces, and then a few bytes changed in most.
    private func record(_ random: inout SplitMix) -> [UInt8] {
        var bytes = Array("v=spf1 ".utf8)
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            bytes += "\(Self.terms.randomElement(using: &random)!) ".utf8
        }
        if Int.random(in: 0..<3, using: &random) == 0 { return bytes }
        for _ in 0..<Int.random(in: 0...10, using: &random) {
            bytes += Self.pieces.randomElement(using: &random)!.utf8
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let place = bytes.indices.randomElement(using: &random)!
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
            }
        }
        return bytes
    }

    @Test func noRecordCrashesTheParserAndEveryErrorLiesInTheRecord() {
        var random = SplitMix(state: 7208)
        var read = 0
        for _ in 0..<50_000 {
            let bytes = record(&random)
            guard let (_, start) = SPFVersion.read(bytes) else { continue }
            do {
                let record = try SPFRecordParser.parse(bytes, from: start)
                read += 1
                #expect(record.directives.allSatisfy { $0.term.offset < bytes.count })
            } catch {
                #expect((error.termOffset...bytes.count).contains(error.offset))
            }
        }
        #expect(read > 10_000 && read < 40_000)
    }

    @Test func noRecordMakesACheckAskMoreThanItsBound() async {
        var random = SplitMix(state: 4408)
        var results = Set<SPFResult>()
        for _ in 0..<3_000 {
            let zone = RandomZone(records: (0..<4).map { _ in record(&random) }, seed: random.next())
            let check = SPFCheck(
                resolver: zone, records: SPFRecordCache(records: 8, bytes: 1 << 16), receiver: "mx.example.net")
            let outcome = await check.check(
                .mailFrom(
                    ["", "taro@example.org", "太郎@example.org", "a.b-c+d@example.org"].randomElement(using: &random)!),
                client: SPFClient(
                    address: IPAddress(["192.0.2.1", "2001:db8::1"].randomElement(using: &random)!)!,
                    helo: ["mail.example.org", "[192.0.2.1]", "\0", "%{d}"].randomElement(using: &random)!),
                time: Moment(0), trace: Bool.random(using: &random))
            results.insert(outcome.result)
            #expect(zone.asked <= SPFLimit.questions.count)
            #expect((outcome.problem != nil) == [.none, .temperror, .permerror].contains(outcome.result))
            #expect((outcome.explanation?.utf8.count ?? 0) <= 512)
        }
        #expect(results.isSuperset(of: [.none, .pass, .fail, .neutral, .temperror, .permerror]))
    }
}

/// Answers that depend on the name alone, some of them of the wrong kind.
private final class RandomZone: Resolver {
    private let records: [[UInt8]]
    private let seed: UInt64
    private let count = Counter()

    init(records: [[UInt8]], seed: UInt64) {
        self.records = records
        self.seed = seed
    }

    var asked: Int { count.value }

    func answer(to question: Question) async -> Answer {
        count.add()
        var random = SplitMix(state: seed ^ question.name.text.utf8.reduce(5381) { $0 &* 33 &+ UInt64($1) })
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return Answer(.noData)
        case 1: return Answer(.noSuchName)
        case 2 where question.type != .txt: return Answer(.failed(.timedOut))
        default: break
        }
        let number = Int.random(in: 1...12, using: &random)
        return Answer(
            .records(
                (0..<(question.type == .txt ? 1 : number)).map { index in
                    switch question.type {
                    case .a: .address(IPAddress("192.0.2.\(index * 3)")!)
                    case .aaaa: .address(IPAddress("2001:db8::\(index)")!)
                    case .mx: .mx(preference: 0, exchange: DomainName("mx\(index).example.org"))
                    case .ptr: .ptr(DomainName(index == 3 ? "a..b" : "host\(index).example.org"))
                    case .txt, .spf: .text(records[number % records.count])
                    }
                }))
    }
}

private final class Counter: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
}

/// The same numbers in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
