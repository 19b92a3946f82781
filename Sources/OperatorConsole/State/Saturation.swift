/// Arithmetic on figures that come from an engine: one that is absurd must not end the console.
extension FixedWidthInteger {
    /// What lies between; the greatest or least value where that does not fit.
    func since(_ earlier: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(earlier)
        guard overflow else { return difference }
        return earlier < 0 ? .max : .min
    }

    func plus(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        guard overflow else { return sum }
        return other < 0 ? .min : .max
    }
}
