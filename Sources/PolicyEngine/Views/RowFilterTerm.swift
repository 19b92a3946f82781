import ControlProtocol

/// One term of a filter, understood.
struct RowFilterTerm: Sendable, Equatable {
    enum Comparison: Sendable, Equatable {
        case contains, equals, over, under, atLeast, atMost
    }

    /// Index of the column; `nil` for every text column.
    private(set) var column: Int?
    private var test: Test

    private enum Test: Sendable, Equatable {
        case contains(FoldedText)
        case equals(FoldedText)
        case number(Comparison, Double)
    }

    init(_ word: RowFilterWord, columns: [FilterColumn]) throws(RowFilterError) {
        guard let name = word.column else {
            test = .contains(FoldedText(word.value))
            return
        }
        guard let index = columns.firstIndex(where: { $0.name == name.lowercased() }) else {
            let known = columns.map(\.name)
            throw .unknownColumn(name: name, nearest: nearestName(to: name, among: known), known: known)
        }
        guard !word.value.isEmpty || columns[index].kind == .text && word.comparison == .equals else {
            throw .noValue(term: word.text)
        }
        column = index
        test = try Self.test(word, column: columns[index])
    }

    private static func test(_ word: RowFilterWord, column: FilterColumn) throws(RowFilterError) -> Test {
        if column.kind == .text {
            switch word.comparison {
            case .contains: return .contains(FoldedText(word.value))
            case .equals: return .equals(FoldedText(word.value))
            default: throw .notANumberColumn(column: column.name, term: word.text)
            }
        }
        let comparison = word.comparison == .contains ? .equals : word.comparison
        return .number(comparison, try Quantity.parse(word.value, of: column))
    }

    func matches(_ row: some FilterableRow, columns: [FilterColumn]) -> Bool {
        switch test {
        case .contains(let text):
            guard let column else {
                return columns.indices.contains { index in
                    columns[index].kind == .text && row.anyText(ofColumn: index) { text.isContained(in: $0) }
                }
            }
            return row.anyText(ofColumn: column) { text.isContained(in: $0) }
        case .equals(let text):
            guard let column else { return false }
            return row.anyText(ofColumn: column) { text.equals($0) }
        case .number(let comparison, let wanted):
            guard let column, let number = row.number(ofColumn: column) else { return false }
            switch comparison {
            case .contains, .equals: return number == wanted
            case .over: return number > wanted
            case .under: return number < wanted
            case .atLeast: return number >= wanted
            case .atMost: return number <= wanted
            }
        }
    }
}

/// Figures with units, as filters have them.
private enum Quantity {
    /// Of 1,000, as the screen shows sizes and the limits are written.
    private static let byteUnits: [Character: Double] = ["k": 1_000, "m": 1_000_000, "g": 1_000_000_000]
    private static let ageUnits: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]

    static func parse(_ text: String, of column: FilterColumn) throws(RowFilterError) -> Double {
        switch column.kind {
        case .text, .number:
            if let number = plain(text[...]) { return number }
            throw .badNumber(value: text, column: column.name, expected: "number")
        case .bytes:
            if let number = plain(text[...]) ?? scaled(text, byteUnits) { return number }
            throw .badNumber(value: text, column: column.name, expected: "size, such as 500, 20K or 10M,")
        case .age:
            // A bare number is refused: some would mean minutes, others seconds.
            if let number = scaled(text, ageUnits) { return number }
            throw .badNumber(value: text, column: column.name, expected: "age, such as 30s, 20m, 36h or 5d,")
        }
    }

    private static func scaled(_ text: String, _ units: [Character: Double]) -> Double? {
        guard let last = text.last, let factor = last.lowercased().first.flatMap({ units[$0] }) else { return nil }
        return plain(text.dropLast()).map { $0 * factor }
    }

    /// `Double` would also take `inf`, `nan` and hexadecimal.
    private static func plain(_ text: Substring) -> Double? {
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }) else {
            return nil
        }
        return Double(text)
    }
}
