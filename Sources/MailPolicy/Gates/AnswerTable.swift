/// What was answered lately and is not known from a transaction in progress: refusals, and all that was said
/// at END-OF-MESSAGE. So Postfix gets the same answer when it asks again because a connection broke.
struct AnswerTable: Sendable {
    /// The most that are kept; the oldest go first.
    static let most = 65_536
    /// Where an answer is lost, Postfix asks again after 100 s (`smtpd_policy_service_timeout`).
    static let keptFor: Milliseconds = 120_000

    private struct Answer: Sendable {
        var asked: UInt64
        var at: Milliseconds
        var verdict: Verdict
    }

    private var answers: ContiguousArray<Answer> = []
    private var next = 0
    private var index = KeyIndex()

    var count: Int { answers.count }

    mutating func remember(_ asked: UInt64, _ verdict: Verdict, at time: Milliseconds) {
        let answer = Answer(asked: asked, at: time, verdict: verdict)
        if let known = index.find(asked) {
            answers[Int(known)] = answer
        } else if answers.count < Self.most {
            index.insert(asked, Int32(answers.count))
            answers.append(answer)
        } else {
            index.remove(answers[next].asked)
            index.insert(asked, Int32(next))
            answers[next] = answer
            next = (next + 1) % Self.most
        }
    }

    func find(_ asked: UInt64, at time: Milliseconds) -> Verdict? {
        guard let known = index.find(asked), time - answers[Int(known)].at <= Self.keptFor else { return nil }
        return answers[Int(known)].verdict
    }

    /// Carriers have new numbers.
    mutating func renumberCarriers(_ moved: [Int32: Int32]) {
        for index in answers.indices { answers[index].verdict.renumberCarrier(moved) }
    }
}
