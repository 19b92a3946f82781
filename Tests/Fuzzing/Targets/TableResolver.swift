import MailAuthentication
import MailPolicy
import Synchronization

/// Answers every question from a few texts, by the name alone, so that a check may be asked twice.
final class TableResolver: Resolver {
    private let texts: [[UInt8]]
    private let counted = Atomic(0)

    init(_ texts: [[UInt8]]) { self.texts = texts }

    var asked: Int { counted.load(ordering: .relaxed) }

    func answer(to question: Question) async -> Answer {
        counted.add(1, ordering: .relaxed)
        let hash = question.name.text.utf8.reduce(UInt32(5381)) { $0 &* 33 &+ UInt32($1) }
        if hash % 11 == 1 { return Answer(.failed(.timedOut)) }
        if hash % 11 == 2 { return Answer(.noSuchName) }
        switch question.type {
        case .txt, .spf:
            guard !texts.isEmpty else { return Answer(.noData) }
            return Answer(.records([.text(texts[Int(hash) % texts.count])]))
        case .a: return Answer(.records((0..<hash % 12).map { .address(IPAddress(v4: 0xC000_0200 + $0)) }))
        case .aaaa: return Answer(.records([.address(IPAddress(high: 0x2001_0DB8_0000_0000, low: UInt64(hash)))]))
        case .mx:
            return Answer(
                .records((0..<hash % 14).map { .mx(preference: 0, exchange: DomainName("mx\($0).example.org")) }))
        case .ptr: return Answer(.records((0..<hash % 14).map { .ptr(DomainName("host\($0).example.org")) }))
        }
    }
}
