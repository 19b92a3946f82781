import MailAuthentication
import MailPolicy

/// A DNS of TXT records, in which all else does not exist.
struct NamedRecords: Resolver {
    var texts: [String: String]
    /// Names that are not answered in time.
    var silent: Set<String> = []

    nonisolated(nonsending) func answer(to question: Question) async -> Answer {
        if silent.contains(question.name.text) { return Answer(.failed(.timedOut)) }
        guard question.type == .txt, let text = texts[question.name.text] else { return Answer(.noSuchName) }
        return Answer(.records([.text(Array(text.utf8))]))
    }
}
