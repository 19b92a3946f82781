import Testing

@testable import MailPolicy

@Suite("The text of limits")
struct LimitTextTests {
    @Test(
        arguments: [
            ("10 messages per day", Limit(10, .messages, per: .rolling(.day))),
            ("1 message a day", Limit(1, .messages, per: .rolling(.day))),
            ("500 recipients/hour", Limit(500, .recipients, per: .rolling(.hour))),
            ("200 MB per calendar day", Limit(200_000_000, .bytes, per: .calendar(.day))),
            ("30 messages per 15 minutes", Limit(30, .messages, per: .rolling(15 * .minute))),
            ("1,000 rcpts per calendar month", Limit(1000, .recipients, per: .calendar(.month))),
            ("0 Messages Per Week", Limit(0, .messages, per: .rolling(7 * .day))),
            ("5 gb per 24h", Limit(5_000_000_000, .bytes, per: .rolling(.day))),
            ("7 msgs each 90s", Limit(7, .messages, per: .rolling(90 * .second))),
        ])
    func isReadAsWritten(text: String, limit: Limit) throws {
        #expect(try Limit(parsing: text) == limit)
    }

    @Test(
        arguments: [
            ("", "0 of the three parts"), ("10 messages", "2 of the three"),
            ("ten messages per day", "no whole number"),
            ("-1 messages per day", "negative"), ("1.5 messages per day", "no whole number"),
            ("10 letters per day", "\"letters\" is no unit"), ("10 messages per fortnight", "no period"),
            ("10 messages per 0 days", "shorter than a second"), ("10 messages per 999 ms", "shorter than a second"),
            ("10 messages per 32 days", "longer than 31 days"),
            ("10 messages per calendar year", "hour, day, week or month"),
            ("10 messages per calendar 2 days", "wants one period"), ("10 messages per d", "no period"),
            ("10000000000 gb per day", "too large"), ("99999999999999999999 messages per day", "no whole number"),
            ("10 messages per 99999999999999999 weeks", "no period"), ("10 messages per day or so", "no period"),
        ])
    func aBadLimitSaysWhatIsWrongAndHowToWriteIt(text: String, problem: String) {
        let error = #expect(throws: LimitTextError.self) { try Limit(parsing: text) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
        #expect(error?.description.contains("10 messages per day") == true)
    }

    @Test func everyLimitIsReadBackAsItIsWritten() throws {
        var random = SplitMix64(seed: 8)
        for _ in 0..<3000 {
            let unit = Limit.Unit.allCases.randomElement(using: &random) ?? .messages
            let calendar = Limit.CalendarUnit.allCases.randomElement(using: &random) ?? .day
            let steps: [Milliseconds] = [1, .second, .minute, .hour, .day, 7 * .day]
            let step = steps.randomElement(using: &random) ?? 1
            let span = min(max(step * .random(in: 1...2000, using: &random), 1000), Limit.longestPeriod)
            let quantity = Int64.random(in: 0...(Int64.max >> Int64.random(in: 0...62, using: &random)), using: &random)
            let limit = Limit(quantity, unit, per: random.once(in: 3) ? .calendar(calendar) : .rolling(span))
            #expect(try Limit(parsing: limit.description) == limit, "\(limit)")
        }
    }
}
