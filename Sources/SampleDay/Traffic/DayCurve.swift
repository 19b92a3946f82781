/// How much mail there is at each time of a working day: a quiet night, peaks from 9 to 11 and from 13 to 17.
enum DayCurve {
    /// Relative traffic on each full hour; between them it changes evenly.
    private static let hours: [Double] = [
        0.18, 0.10, 0.07, 0.06, 0.07, 0.15, 0.40, 0.80, 1.40, 2.20, 2.30, 1.90,
        1.30, 1.90, 2.10, 2.00, 1.90, 1.60, 1.10, 0.90, 0.90, 0.80, 0.60, 0.35, 0.18,
    ]
    private static let peak = 2.30

    static func time(_ random: inout RandomStream) -> Int64 {
        while true {
            let inDay = random.fraction() * 24
            let hour = Int(inDay)
            let part = inDay - Double(hour)
            let weight = hours[hour] * (1 - part) + hours[hour + 1] * part
            if random.fraction() * peak < weight { return DayClock.midnight + Int64(inDay * 3_600_000) }
        }
    }
}
