import Testing

@testable import ControlProtocol

@Suite struct CellWidthTests {
    @Test func theWidthTablesAreInOrderAndApart() {
        for table in [EastAsianWidth.wide, EastAsianWidth.ambiguous] {
            for (one, next) in zip(table, table.dropFirst()) {
                #expect(one.0 <= one.1 && one.1 < next.0)
            }
        }
        for range in EastAsianWidth.ambiguous {
            #expect(!EastAsianWidth.contains(EastAsianWidth.wide, range.0))
        }
    }
}
