import ControlProtocol
import Testing

@testable import PolicyEngine

@Suite struct RowPageTests {
    /// Rows are their own identities; the table has 0 to 99.
    private func page(
        _ order: [Int] = Array(0..<100), offset: Int = 0, limit: Int = 5, held: [String]? = nil, locate: String? = nil
    ) -> RowPage {
        RowPage(
            ViewQuery(.queue, offset: offset, limit: limit, held: held, locate: locate), order: order,
            find: { Int($0).flatMap { (0..<100).contains($0) ? $0 : nil } })
    }

    @Test func aPageIsCutOutOfTheOrder() {
        #expect(page(offset: 10).rows == [10, 11, 12, 13, 14])
        #expect(page([7, 3, 5], offset: 1).rows == [3, 5])
        #expect(page(offset: 1_000).rows.isEmpty)
        #expect(page(offset: -5, limit: -1).rows.isEmpty)
    }

    @Test func noMoreRowsThanTheMaximumAreSent() {
        let order = Array(0..<5_000)
        #expect(page(order, limit: 5_000).rows.count == ViewQuery.maximumRows)
    }

    @Test func theSelectedRowIsFoundOutsideThePage() {
        #expect(page(offset: 10, locate: "77").located == 77)
        #expect(page(offset: 10, locate: "3").located == 3)
        #expect(page(offset: 10, locate: "12").located == 12)
        #expect(page([5, 6], locate: "7").located == nil)
        #expect(page(locate: "gone").located == nil)
    }

    @Test func heldRowsKeepTheirOrderAndTheRestFollows() {
        let page = page(offset: 0, held: ["9", "2", "gone", "2"], locate: "2")
        #expect(page.rows == [9, 2, 0, 1, 3])
        #expect(page.located == 1)
    }

    @Test func heldRowsStayThoughTheFilterDropsThem() {
        #expect(page([1, 2, 3], held: ["50"]).rows == [50, 1, 2, 3])
    }

    @Test func positionsCountHeldRowsWhereTheyStand() {
        let order = Array(0..<100)
        for held in [["9", "2"], ["50", "99", "0"], []] {
            for offset in [0, 3, 40] {
                for wanted in order {
                    let found = page(order, offset: offset, limit: 5, held: held, locate: String(wanted))
                    let isHeld = held.contains(String(wanted))
                    let rest = order.filter { !held.contains(String($0)) }
                    let whole = rest[..<offset] + held.compactMap(Int.init) + rest[offset...]
                    #expect(found.located == whole.firstIndex(of: wanted), "\(held) \(offset) \(wanted) \(isHeld)")
                    #expect(found.rows == Array(whole[offset..<(offset + 5)]))
                }
            }
        }
    }
}
