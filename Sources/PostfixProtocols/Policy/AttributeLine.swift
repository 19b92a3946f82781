/// One `name=value` line of a policy request, as offsets.
struct AttributeLine {
    let start: Int
    /// Where the first `=` is; behind the line feed if the line has none, which ``check(_:)`` refuses.
    let nameEnd: Int
    /// Where the line feed is.
    let end: Int

    @inline(__always) var value: Range<Int> {
        // nameEnd < end: `check` has passed.
        Range(uncheckedBounds: (nameEnd &+ 1, end))
    }

    @inline(__always) func isNamed(_ name: StaticString, _ bytes: RawSpan) -> Bool {
        bytes.holds(name, at: Range(uncheckedBounds: (start, nameEnd)))
    }

    /// A number of decimal digits; 0 if there are none, which is how Postfix tells that it does not know.
    @inline(__always) func decimal(_ bytes: RawSpan) throws(PolicyRequestError) -> Int {
        var number = 0
        var offset = nameEnd &+ 1
        // 18 digits always fit; longer ones take the path that checks.
        if end &- offset > 18 { return try longDecimal(bytes) }
        while offset < end {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            if digit > 9 { throw .at(offset, .notANumber, lineStart: start, in: bytes) }
            number = number &* 10 &+ Int(digit)
            offset &+= 1
        }
        return number
    }

    @inline(never) private func longDecimal(_ bytes: RawSpan) throws(PolicyRequestError) -> Int {
        var number = 0
        var isTooLarge = false
        for offset in value {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            if digit > 9 { throw .at(offset, .notANumber, lineStart: start, in: bytes) }
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int(digit))
            isTooLarge = isTooLarge || overflow || carry
            number = isTooLarge ? 0 : sum
        }
        if isTooLarge { throw .at(nameEnd + 1, .numberTooLarge, lineStart: start, in: bytes) }
        return number
    }

    /// - Throws: what is wrong with the line whatever its attribute is.
    @inline(__always) func check(_ bytes: RawSpan) throws(PolicyRequestError) {
        if end &- start > PolicyRequestLimits.lineBytes || nameEnd > end || nameEnd == start
            || bytes[end &- 1] == .carriageReturn
        {
            throw error(bytes)
        }
    }

    @inline(never) private func error(_ bytes: RawSpan) -> PolicyRequestError {
        if end - start > PolicyRequestLimits.lineBytes { return Self.tooLong(at: start, bytes) }
        if bytes[end - 1] == .carriageReturn {
            return .at(end - 1, .carriageReturn, lineStart: start, in: bytes)
        }
        return .init(kind: nameEnd == start ? .missingName : .missingEqualsSign, offset: start)
    }

    /// What is wrong with a line that starts at `start` and has no line feed before `end`.
    @inline(never) static func unfinished(at start: Int, end: Int, _ bytes: RawSpan) -> PolicyRequestError {
        if end - start > PolicyRequestLimits.lineBytes { return tooLong(at: start, bytes) }
        return .init(kind: end == PolicyRequestLimits.requestBytes ? .requestTooLong : .incomplete, offset: end)
    }

    private static func tooLong(at start: Int, _ bytes: RawSpan) -> PolicyRequestError {
        .at(start + PolicyRequestLimits.lineBytes, .lineTooLong, lineStart: start, in: bytes)
    }
}
