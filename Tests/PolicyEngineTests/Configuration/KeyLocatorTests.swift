import Testing

@testable import PolicyEngine

@Suite struct KeyLocatorTests {
    @Test func keysAreFoundInEveryWayThatTOMLWritesThem() {
        let locator = KeyLocator(
            """
            # [not.a.section]
            top = "a # b = c"
            a.b."c d" = 1
            text = \"\"\"
            [trap]
            key = 1
            \"\"\"
            [plans.new]   # comment
            limits = [ # first
              "x", 'y]',
              "z",
            ]
            promote = { to = "regular",
              after = "30d" }
            [[listen]]
            path = "p"
            [[listen]]
            path = 'q'
            [[queue.instances]]
            [queue.instances.more]
            name = 日本
            """)
        #expect(locator.line(of: "top") == 2)
        #expect(locator.line(of: "a.b.c d") == 3)
        #expect(locator.line(of: "trap") == nil)
        #expect(locator.line(of: "plans.new") == 8)
        #expect(locator.line(of: "plans.new.limits") == 9)
        #expect(locator.line(of: "plans.new.limits[1]") == 10)
        #expect(locator.line(of: "plans.new.limits[2]") == 11)
        #expect(locator.line(of: "plans.new.promote.after") == 14)
        #expect(locator.line(of: "listen[0].path") == 16)
        #expect(locator.line(of: "listen[1].path") == 18)
        #expect(locator.line(of: "queue.instances[0].more.name") == 21)
    }

    @Test func aKeyThatIsMissingHasTheLineOfWhatIsAroundIt() {
        let locator = KeyLocator("[a]\nb = [1]\n")
        #expect(locator.line(of: "a.c") == 1)
        #expect(locator.line(of: "a.b[7]") == 2)
        #expect(locator.line(of: "z") == nil)
    }

    @Test(arguments: [
        "[", "[[", "a", "a=", "a=[", "a={", "a=\"", "a=\"\"\"", "='", "]", "}", "a=[}", "a={]", "\"", "[a\n=",
    ])
    func textThatEndsAnywhereIsReadToItsEnd(_ text: String) {
        // What counts is that it comes back at all.
        #expect(KeyLocator(text).line(of: "none") == nil)
    }
}
