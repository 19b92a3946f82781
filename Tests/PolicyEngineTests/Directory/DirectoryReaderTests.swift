import ControlTesting
import Glibc
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite struct DirectoryReaderTests {
    private static let header = "login,plan,signed_up,addresses,name\n"
    private static let tokyo = ZoneOffsets(
        name: "Asia/Tokyo", first: .init(from: 0, seconds: 32_400, abbreviation: "JST"), later: [])

    private static func parse(_ bytes: [UInt8]) throws(DirectoryError) -> [DirectoryAccount] {
        try DirectoryReader.parse(
            bytes, file: "accounts.csv", plans: ["new", "regular", "bulk"], zone: tokyo, now: ConfigurationText.now)
    }

    private static func problem(_ rows: String, header: String = header) -> String? {
        problem(Array((header + rows).utf8))
    }

    private static func problem(_ bytes: [UInt8]) -> String? {
        do {
            _ = try parse(bytes)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func rowsBecomeAccounts() throws {
        let text =
            Self.header + "satou@isp.example,regular,2019-04-01,Satou.H@isp.example @news.example,佐藤 花子\r\n"
            + "\"yamada88@isp.example\",,2026-11-24T10:58:00+09:00,,\"山田, \"\"88\"\"\"\n\n"
            + "last@isp.example,bulk,2026-11-24T01:58:00.25Z,,"
        let accounts = try Self.parse([0xEF, 0xBB, 0xBF] + Array(text.utf8))
        #expect(
            accounts == [
                DirectoryAccount(
                    login: "satou@isp.example", plan: "regular", signedUp: 1_554_044_400_000,
                    addresses: ["satou.h@isp.example", "@news.example"], name: "佐藤 花子"),
                DirectoryAccount(login: "yamada88@isp.example", signedUp: 1_795_485_480_000, name: "山田, \"88\""),
                DirectoryAccount(login: "last@isp.example", plan: "bulk", signedUp: 1_795_485_480_000),
            ])
    }

    @Test func columnsMayComeInAnyOrderAndTheOptionalOnesMayBeMissing() throws {
        let accounts = try Self.parse(Array("signed_up,login\n2019-04-01,a@b.example\n".utf8))
        #expect(accounts == [DirectoryAccount(login: "a@b.example", signedUp: 1_554_044_400_000)])
    }

    @Test(arguments: [
        ("a@b.c,new,2019-04-01,", "2: it has 4 of the 5 fields"),
        ("a@b.c,new,2019-04-01,,x,y", "2: it has more than 5 fields"),
        (",new,2019-04-01,,", "2: the login is empty"),
        ("a b,new,2019-04-01,,", "2: the login has a space"),
        ("a@b.c,gold,2019-04-01,,", "2: there is no plan \"gold\""),
        ("a@b.c,buld,2019-04-01,,", "2: there is no plan \"buld\"; did you mean bulk?"),
        ("a@b.c,new,2019-02-29,,", "2: \"2019-02-29\" is no date"),
        ("a@b.c,new,01.04.2019,,", "2: \"01.04.2019\" is no date"),
        ("a@b.c,new,2019-04-01T10:00,,", "2: \"2019-04-01T10:00\" is no date"),
        ("a@b.c,new,,,", "2: \"\" is no date"),
        ("a@b.c,new,2027-01-01,,", "2: the sign-up date 2027-01-01 is in the future"),
        ("a@b.c,new,2019-04-01,,\"x", "2: a quoted field is not closed"),
        ("a@b.c,new,2019-04-01,,\"x\ny\"", "2: a quoted field is not closed"),
        ("a@b.c,new,2019-04-01,,\"x\"y", "2: there is text after a closing quote"),
        ("a@b.c,new,2019-04-01,,x\"y", "2: there is a quote within a field"),
        ("a@b.c,new,2019-04-01,,x\u{7}", "2: it contains control characters"),
        ("a@b.c,new,2019-04-01,nobody,", "2: \"nobody\" is no address"),
        ("a@b.c,new,2019-04-01,x@b.c;@d.e,", "2: \"x@b.c;@d.e\" is no address"),
        ("a@b.c,new,2019-04-01,\"x@b.c,y@d.e\",", "2: \"x@b.c,y@d.e\" is no address"),
        ("a@b.c,new,2019-04-01,x@b.c;,", "2: \"x@b.c;\" is no address"),
        ("a@b.c,new,2019-04-01,<x@b.c>,", "2: \"<x@b.c>\" is no address"),
        ("a@b.c,new,2019-04-01,,\n\nA@B.c,new,2019-04-01,,", "4: the login A@B.c is on line 2 already"),
    ])
    func aBadRowIsNamedWithItsLine(_ row: (text: String, problem: String)) {
        #expect(Self.problem(row.text)?.hasPrefix("accounts.csv:" + row.problem) == true)
    }

    @Test func anotherCustomersLoginIsNoAddressUnlessItIsMarkedAsShared() throws {
        let rows = "boss@b.example,new,2019-04-01,,\naide@b.example,new,2019-04-01,"
        #expect(
            Self.problem(rows + "Boss@b.example,")
                == "accounts.csv:3: the address boss@b.example is the login of line 2; "
                + "if both may use it, write shared:boss@b.example")
        let accounts = try Self.parse(Array((Self.header + rows + "shared:boss@b.example,").utf8))
        #expect(accounts[1].addresses == ["boss@b.example"])
    }

    @Test func aSharedMailboxAndOnesOwnLoginMayBeListed() {
        #expect(Self.problem("a@b.c,new,2019-04-01,info@b.c a@b.c,\nd@b.c,new,2019-04-01,info@b.c,") == nil)
    }

    @Test func bytesThatAreNoTextAreRefused() {
        let row = Array(Self.header.utf8) + Array("a@b.c,new,2019-04-01,,".utf8)
        #expect(Self.problem(row + [0xFF]) == "accounts.csv:2: it is not UTF-8")
        #expect(Self.problem(row + [0]) == "accounts.csv:2: it contains control characters")
        #expect(Self.problem([]) == "accounts.csv: it is empty: not even a header line")
    }

    @Test func aHeaderThatIsNoneStopsTheReading() {
        #expect(
            Self.problem("x", header: "login,plann,signed_up\n")
                == "accounts.csv:1: unknown column \"plann\": did you mean plan? "
                + "the first line must be login,plan,signed_up,addresses,name")
        #expect(Self.problem("x", header: "login,login,signed_up\n")?.contains("there twice") == true)
        #expect(Self.problem("x", header: "login,plan\n")?.contains("no column login or signed_up") == true)
    }

    @Test func twentyProblemsAreToldAndTheOthersCounted() {
        let rows = String(repeating: "a,new\n", count: 30)
        let text = Self.problem(rows) ?? ""
        #expect(text.split(separator: "\n").count == 21)
        #expect(text.hasSuffix("accounts.csv: and 10 more problems"))
    }

    @Test func aLineWithoutEndIsRefusedBeforeItIsRead() {
        let problem = Self.problem(String(repeating: "x", count: 1_000_000))
        #expect(problem == "accounts.csv:2: the line has 1000000 bytes; 16000 are the most")
    }

    @Test func aFileThatIsNotThereIsNamed() {
        #expect {
            try DirectoryReader.load(file: "/nonexistent/a.csv", plans: [], zone: .utc, now: 0)
        } throws: { "\($0)" == "/nonexistent/a.csv: it cannot be read: No such file or directory" }
    }

    @Test func aFIFOIsToldAndNotWaitedFor() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("accounts.csv")
        #expect(mkfifo(file, 0o600) == 0)
        #expect {
            try DirectoryReader.load(file: file, plans: [], zone: .utc, now: 0)
        } throws: { "\($0)" == "\(file): it cannot be read: it is no regular file but a FIFO" }
    }
}
