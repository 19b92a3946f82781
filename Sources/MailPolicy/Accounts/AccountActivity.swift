/// What an account did lately; only accounts that did something have one.
package struct AccountActivity: Sendable {
    /// The most networks that are kept of an account; more are told as "at least".
    package static let networksKept = 256

    /// Messages that it tried to send, whatever became of them.
    package var tried = HourCounter()
    /// Recipients that were asked about.
    package var asked = HourCounter()
    package var refused = HourCounter()
    package var unknownRecipients = HourCounter()
    package var networks = UseList<Network>()
    package var lastSeen: Milliseconds = 0
    /// Days on which it was over a limit: bit 0 is `overDay`, bit 1 the day before it, …
    private var overDays: UInt8 = 0
    private var overDay: Int32 = 0
    /// Messages of its busiest usual hour, and the hour that is being counted.
    package private(set) var usualHour: Float = 0
    private var hour: Int32 = 0
    private var messagesThisHour: Int32 = 0
    package var marks: Marks = []
    /// When the marks were set last; they fade after an hour without cause.
    package var markedAt: Milliseconds = 0

    package struct Marks: OptionSet, Sendable {
        package let rawValue: UInt8
        package static let manyNetworks = Marks(rawValue: 1)
        package static let manyUnknownRecipients = Marks(rawValue: 2)
        package static let farAboveItsPast = Marks(rawValue: 4)

        package init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    package init() {}

    /// - Parameter day: local day number.
    /// - Returns: on how many of the last 7 days it was over, this one included.
    @discardableResult
    package mutating func noteOver(day: Int) -> Int {
        shiftDays(to: Int32(truncatingIfNeeded: day))
        overDays |= 1
        return (overDays & 0x7F).nonzeroBitCount
    }

    private mutating func shiftDays(to day: Int32) {
        guard day > overDay else { return }
        let passed = day - overDay
        overDays = passed < 8 ? overDays << UInt8(passed) : 0
        overDay = day
    }

    /// Learns from messages what a usual busy hour of this account is. It rises by a fifth of what an hour was
    /// busier, and fades by 1 % a quiet hour, so that one burst does not become the measure of itself.
    package mutating func noteMessages(_ count: Int32 = 1, at time: Milliseconds) {
        let now = Int32(truncatingIfNeeded: time / 3_600_000)
        if now > hour {
            let busiest = Float(messagesThisHour)
            if busiest > usualHour {
                usualHour = usualHour == 0 ? busiest : usualHour + (busiest - usualHour) / 5
            }
            for _ in 0..<min(now - hour - 1, 24 * 7) { usualHour *= 0.99 }
            hour = now
            messagesThisHour = 0
        }
        messagesThisHour = Int32(clamping: Int(messagesThisHour) + Int(count))
    }
}
