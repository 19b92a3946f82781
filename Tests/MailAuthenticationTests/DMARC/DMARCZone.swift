import MailAuthentication
import Synchronization

/// A resolver of a dictionary that remembers what it was asked.
final class DMARCZone: Resolver {
    private let answers: [Question: Answer]
    private let names: Set<DomainName>
    private let log = Mutex<[Question]>([])

    /// - Parameters:
    ///   - records: the DMARC records by the domain that publishes them.
    ///   - answers: any other answers. A name in neither does not exist.
    init(_ records: [DomainName: String], answers: [Question: Answer] = [:]) {
        var all = answers
        for (domain, text) in records {
            all[Question(DomainName("_dmarc." + domain.text), .txt)] = Answer(.records([.text(Array(text.utf8))]))
        }
        self.answers = all
        names = Set(all.keys.map(\.name))
    }

    nonisolated(nonsending) func answer(to question: Question) async -> Answer {
        log.withLock { $0.append(question) }
        return answers[question] ?? Answer(names.contains(question.name) ? .noData : .noSuchName)
    }

    var asked: [Question] { log.withLock { $0 } }

    /// The names asked for DMARC records, without `_dmarc`, in order.
    var walked: [String] {
        asked.filter { $0.name.text.hasPrefix("_dmarc.") }.map { String($0.name.text.dropFirst(7)) }
    }
}
