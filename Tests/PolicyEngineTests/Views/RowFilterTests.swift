import Testing

@testable import PolicyEngine

@Suite struct RowFilterTests {
    private struct Row: FilterableRow {
        var account = "yamada88@isp.example"
        var reason = "connect to mail.example: Connection timed out"
        var name = "佐藤商店"
        var size = 10_000_000.0
        var age = 1_500.0
        var count: Double? = 3

        func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool {
            [account, reason, name].indices.contains(index) && matches([account, reason, name][index])
        }

        func number(ofColumn index: Int) -> Double? {
            switch index {
            case 3: size
            case 4: age
            case 5: count
            default: nil
            }
        }
    }

    private let columns = [
        FilterColumn("account", .text), FilterColumn("reason", .text), FilterColumn("name", .text),
        FilterColumn("size", .bytes), FilterColumn("age", .age), FilterColumn("count", .number),
    ]

    private func matches(_ text: String, _ row: Row = Row()) throws -> Bool {
        try RowFilter(text, columns: columns).matches(row)
    }

    @Test(arguments: [
        "", "   ", "yamada", "YAMADA", "timed", "佐藤", "account:ISP.example", "account=yamada88@isp.example",
        "ACCOUNT=Yamada88@ISP.example", "size>9M", "size=10M", "size=10000000", "size>=10m", "size<=10M", "size<1G",
        "size>9999K", "age>20m", "age<30m", "age<1h", "age<1d", "age<1w", "age>1499s", "count=3", "count:3",
        "count>2.5", "yamada size>1M age>20m", #"reason:"timed out""#, #""Connection timed""#, #""mail.example: c""#,
        "reason:example:",
    ])
    func letsThrough(_ text: String) throws {
        #expect(try matches(text))
    }

    @Test(arguments: [
        "suzuki", "account:timed", "account=yamada88", "size>10M", "age>30m", "count<3", "yamada suzuki", "田中",
        #"reason:"timed  out""#,
    ])
    func keepsOut(_ text: String) throws {
        #expect(try !matches(text))
    }

    @Test func aRowWithoutTheFigureMatchesNoComparison() throws {
        #expect(try !matches("count>0", Row(count: nil)))
        #expect(try !matches("count<9", Row(count: nil)))
    }

    @Test func textOutsideASCIIIsFoundWhateverItsCase() throws {
        #expect(try matches("ÉCOLE", Row(name: "l'école")))
        #expect(try matches("name=ＡＢＣ", Row(name: "ａｂｃ")))
    }

    private func error(_ text: String) -> RowFilterError? {
        do {
            _ = try RowFilter(text, columns: columns)
            return nil
        } catch {
            return error
        }
    }

    @Test func anUnknownColumnNamesTheNearest() {
        #expect(
            error("acount:x")
                == .unknownColumn(name: "acount", nearest: "account", known: columns.map(\.name)))
        #expect(error("acount:x")?.description == #"no column is named "acount"; did you mean "account"?"#)
        #expect(error("2001:db8::1")?.description.contains("Quote the whole term") == true)
    }

    @Test func eachMistakeHasItsError() {
        #expect(error("account>3") == .notANumberColumn(column: "account", term: "account>3"))
        #expect(
            error("size>big") == .badNumber(value: "big", column: "size", expected: "size, such as 500, 20K or 10M,"))
        #expect(
            error("age>20") == .badNumber(value: "20", column: "age", expected: "age, such as 30s, 20m, 36h or 5d,"))
        #expect(error("count=0x10") == .badNumber(value: "0x10", column: "count", expected: "number"))
        #expect(error("count=nan") == .badNumber(value: "nan", column: "count", expected: "number"))
        #expect(error("count=inf") == .badNumber(value: "inf", column: "count", expected: "number"))
        #expect(error("size>") == .noValue(term: "size>"))
        #expect(error("account:") == .noValue(term: "account:"))
        #expect(error(#"reason:"timed"#) == .unclosedQuote(term: #"reason:"timed"#))
        #expect(error(String(repeating: "x", count: 1_001)) == .tooLong(limit: 1_000))
        #expect(error(String(repeating: "x ", count: 33)) == .tooManyTerms(limit: 32))
        #expect(error(":x") != nil)
    }

    @Test func onlyFiltersOnAgesDependOnTime() throws {
        #expect(try RowFilter("age>20m x", columns: columns).dependsOnTime)
        #expect(try !RowFilter("size>20M age", columns: columns).dependsOnTime)
    }
}
