import ControlProtocol
import Testing

@Suite struct NearestNameTests {
    private let known = ["suspend", "resume", "contain", "limit", "throttle"]

    @Test(arguments: [("suspned", "suspend"), ("Limit", "limit"), ("limits", "limit"), ("throtle", "throttle")])
    func aMistypedNameFindsItsOwn(typed: String, meant: String) {
        #expect(nearestName(to: typed, among: known) == meant)
    }

    @Test(arguments: ["", "zzzzzz", "delete"]) func nothingNearIsNothing(typed: String) {
        #expect(nearestName(to: typed, among: known) == nil)
    }

    @Test func aVeryLongNameCostsLittle() {
        #expect(nearestName(to: String(repeating: "suspend", count: 100_000), among: known) == nil)
    }
}
