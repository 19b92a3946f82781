import Testing

@testable import PolicyEngine

@Suite struct NearestWordTests {
    @Test(arguments: [("limts", "limits"), ("Over", "over"), ("promtoe", "promote"), ("nul_sender", "null_sender")])
    func slipsAreUnderstood(_ pair: (slip: String, meant: String)) {
        #expect(NearestWord.of(pair.slip, among: ["limits", "over", "promote", "null_sender"]) == pair.meant)
    }

    @Test(arguments: ["", "x", "contact", "日本語"])
    func whatIsNearToNothingIsNotGuessed(_ word: String) {
        #expect(NearestWord.of(word, among: ["limits", "over", "promote"]) == nil)
        #expect(NearestWord.of(word, among: []) == nil)
    }
}
