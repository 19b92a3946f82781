import Foundation

@testable import MailPolicy

/// What the promises on counting say, in the plainest way: a list of all that was ever counted, and of what
/// transactions hold. Sums are made anew at every question.
struct CountingModel {
    struct Event {
        var account: String
        /// Steady.
        var at: Milliseconds
        var amount: Amount
    }

    struct Transaction {
        var account: String
        var reserved = Amount.zero
        var recipients: Set<String> = []
        var touched: Milliseconds
        var connections: Set<Int> = []
    }

    var events: [Event] = []
    var transactions: [String: Transaction] = [:]
    let zone: ZoneOffsets
    let calendar: Calendar

    init(zone: ZoneOffsets) {
        self.zone = zone
        calendar = Zones.calendar(zone)
    }

    func count(_ limit: Limit, of account: String, at now: Moment) -> Int64 {
        let start = start(of: limit.period, at: now)
        var sum: Int64 = 0
        for event in events where event.account == account && event.at > start { sum += event.amount[limit.unit] }
        for transaction in transactions.values where transaction.account == account {
            sum += transaction.reserved[limit.unit]
        }
        return sum
    }

    private func start(of period: Limit.Period, at now: Moment) -> Milliseconds {
        switch period {
        case .rolling(let span): return now.steady - span
        case .calendar(let unit): return now.steady - (now.wall - Self.start(unit, at: now.wall, calendar)) - 1
        }
    }

    /// When the hour, day, week or month began, as Foundation's calendar has it.
    static func start(_ unit: Limit.CalendarUnit, at wall: Milliseconds, _ calendar: Calendar) -> Milliseconds {
        let component: Calendar.Component =
            switch unit {
            case .hour: .hour
            case .day: .day
            case .week: .weekOfYear
            case .month: .month
            }
        let date = Date(timeIntervalSince1970: Double(wall) / 1000)
        guard let start = calendar.dateInterval(of: component, for: date)?.start else { return wall }
        return Milliseconds((start.timeIntervalSince1970 * 1000).rounded())
    }

    func fits(_ amount: Amount, _ account: String, _ limits: [Limit], at now: Moment) -> Bool {
        limits.allSatisfy { limit in
            amount[limit.unit] <= 0 || count(limit, of: account, at: now) + amount[limit.unit] <= limit.quantity
        }
    }

    /// What a request wants beyond what its transaction has.
    func wanted(_ question: Question) -> Amount {
        let taken = transactions[question.instance]?.reserved ?? .zero
        let whole = Amount(
            messages: 1,
            recipients: question.state == .endOfMessage ? question.recipientCount : taken.recipients + 1,
            bytes: question.size)
        return (whole - taken).increase
    }

    /// Takes the question in as one that passed.
    mutating func pass(_ question: Question, on connection: Int, at now: Moment) {
        let wanted = wanted(question)
        if question.state == .endOfMessage {
            transactions[question.instance] = nil
            let whole = Amount(messages: 1, recipients: question.recipientCount, bytes: question.size)
            events.append(Event(account: question.login, at: now.steady, amount: whole))
            return
        }
        var transaction =
            transactions[question.instance] ?? Transaction(account: question.login, touched: now.steady)
        transaction.reserved = transaction.reserved + wanted
        transaction.recipients.insert(question.recipient)
        transaction.touched = now.steady
        transaction.connections.insert(connection)
        transactions[question.instance] = transaction
    }

    mutating func refuse(_ question: Question, on connection: Int, at now: Moment) {
        if question.state == .endOfMessage { transactions[question.instance] = nil }
        transactions[question.instance]?.touched = now.steady
        transactions[question.instance]?.connections.insert(connection)
    }

    /// The connection ended, or went on to another message.
    mutating func part(_ connection: Int) {
        for (instance, transaction) in transactions where transaction.connections.contains(connection) {
            transactions[instance]?.connections.remove(connection)
            if transactions[instance]?.connections.isEmpty == true { transactions[instance] = nil }
        }
    }

    mutating func timeOut(at now: Moment) {
        transactions = transactions.filter { $0.value.touched > now.steady - 600_000 }
    }

    /// The fullest of all windows that end at an event, by brute force.
    func fullest(_ limit: Limit, of account: String) -> Int64 {
        guard case .rolling(let span) = limit.period else { return 0 }
        let own = events.filter { $0.account == account }
        return own.map { end in
            own.filter { $0.at <= end.at && $0.at > end.at - span }.reduce(0) { $0 + $1.amount[limit.unit] }
        }.max() ?? 0
    }
}
