/// What the gates keep of one carrier while they run.
package struct CarrierState: Sendable {
    package var pacer: CarrierPacer
    package var acceptLimits: [AppliedLimit]
    /// The override that throttles it, or 0.
    package var throttle: Int64 = 0
    package var passed = HourCounter()
    package var deferred = HourCounter()
    /// Since they were taken last.
    private var newlyPassed = 0
    private var newlyDeferred = 0
    /// Passes of the last seconds, by second.
    private var seconds = InlineArray<16, UInt32>(repeating: 0)
    private var currentSecond: Int64 = 0

    init(_ carrier: Carrier, index: Int32) {
        pacer = CarrierPacer(perSecond: carrier.perSecond, wait: carrier.wait)
        acceptLimits = carrier.acceptLimits.map { AppliedLimit($0, from: .carrier(index)) }
    }

    mutating func notePass(at now: Milliseconds) {
        passed.add(at: now)
        newlyPassed += 1
        let second = now / 1000
        if second > currentSecond {
            var gone = max(currentSecond + 1, second - 15)
            while gone <= second {
                seconds[Int(gone % 16)] = 0
                gone += 1
            }
            currentSecond = second
        }
        seconds[Int(currentSecond % 16)] += 1
    }

    mutating func noteDeferral(at now: Milliseconds) {
        deferred.add(at: now)
        newlyDeferred += 1
    }

    mutating func takeCounts() -> (passed: Int, deferred: Int) {
        defer {
            newlyPassed = 0
            newlyDeferred = 0
        }
        return (newlyPassed, newlyDeferred)
    }

    /// Recipients that passed, a second, over the last 10 whole seconds.
    package func perSecond(at now: Milliseconds) -> Double {
        let second = now / 1000
        var sum: UInt32 = 0
        for back in Int64(1)...10 {
            let wanted = second - back
            if wanted <= currentSecond, wanted > currentSecond - 16, wanted >= 0 { sum += seconds[Int(wanted % 16)] }
        }
        return Double(sum) / 10
    }
}

extension Gatekeeper {
    /// Recipients that passed and were sent back at each carrier since the last call.
    package mutating func takeCarrierCounts() -> [(carrier: String, passed: Int, deferred: Int)] {
        carriers.indices.map { index in
            let counts = carriers[index].takeCounts()
            return (rulebook.carriers[index].name, counts.passed, counts.deferred)
        }
    }
}
