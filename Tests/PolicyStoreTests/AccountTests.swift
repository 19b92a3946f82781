import Testing

@testable import PolicyStore

@Suite struct AccountTests {
    let place: TemporaryStore
    let store: PolicyStore
    let stamp = DirectoryStamp(digest: "5f70bf18", bytes: 120, modified: morning)

    init() throws {
        place = try TemporaryStore()
        store = try place.open()
    }

    private struct Account: Equatable {
        var login: String
        var plan: String?
        var signedUp: Int64?
        var addresses: String
        var name: String?
        var isInDirectory: Bool
        var firstSeen: Int64?
        var lastOffence: Int64?
        var goneSince: Int64?
    }

    private func accounts(_ store: PolicyStore) throws -> [Int64: Account] {
        func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
        var accounts: [Int64: Account] = [:]
        try store.loadAccounts { account in
            accounts[account.id] = Account(
                login: text(account.login), plan: account.plan.map(text), signedUp: account.signedUp,
                addresses: text(account.addresses), name: account.name.map(text),
                isInDirectory: account.isInDirectory, firstSeen: account.firstSeen, lastOffence: account.lastOffence,
                goneSince: account.goneSince)
        }
        return accounts
    }

    private let sato = DirectoryRow(
        login: "sato@isp.example", plan: "regular", signedUp: morning - 90 * day,
        addresses: ["sato@isp.example", "@sato.example"], name: "佐藤 花子")
    private let suzuki = DirectoryRow(login: "suzuki@isp.example", signedUp: morning)

    private func replace(_ rows: [DirectoryRow], now: Int64 = morning) throws -> DirectoryCounts {
        try store.replaceDirectory(rows: rows, stamp: stamp, now: now)
    }

    @Test func anAccountComesBackWithEveryField() throws {
        #expect(try replace([sato, suzuki]) == DirectoryCounts(added: 2))
        #expect(
            try accounts(store) == [
                1: Account(
                    login: "sato@isp.example", plan: "regular", signedUp: morning - 90 * day,
                    addresses: "sato@isp.example\n@sato.example", name: "佐藤 花子", isInDirectory: true),
                2: Account(login: "suzuki@isp.example", signedUp: morning, addresses: "", isInDirectory: true),
            ])
        #expect(try store.highestAccount() == 2)
    }

    @Test func theSameDirectoryAgainChangesNothing() throws {
        _ = try replace([sato, suzuki])
        let before = try accounts(store)
        #expect(try replace([suzuki, sato], now: morning + day) == DirectoryCounts(unchanged: 2))
        #expect(try accounts(store) == before)
    }

    @Test(arguments: 0..<5)
    func eachFieldThatChangesIsTaken(field: Int) throws {
        _ = try replace([sato, suzuki])
        var row = sato
        switch field {
        case 0: row.plan = nil
        case 1: row.signedUp += 1
        case 2: row.addresses = []
        case 3: row.name = ""
        default: row.plan = "bulk"
        }
        #expect(try replace([row, suzuki]) == DirectoryCounts(changed: 1, unchanged: 1))
        let stored = try #require(try accounts(store)[1])
        #expect(stored.plan == row.plan && stored.signedUp == row.signedUp && stored.name == row.name)
        #expect(stored.addresses == row.addresses.joined(separator: "\n"))
    }

    @Test func anAccountThatVanishesIsGoneButNotForgottenAndReturnsUnderItsNumber() throws {
        _ = try replace([sato, suzuki])
        #expect(try replace([suzuki], now: morning + day) == DirectoryCounts(removed: 1, unchanged: 1))
        let gone = try #require(try accounts(store)[1])
        #expect(!gone.isInDirectory)
        #expect(gone.goneSince == morning + day)
        #expect(gone.plan == "regular")
        // Gone once, not once more with each import.
        #expect(try replace([suzuki], now: morning + 2 * day) == DirectoryCounts(unchanged: 1))
        #expect(try accounts(store)[1]?.goneSince == morning + day)
        #expect(try replace([suzuki, sato]) == DirectoryCounts(added: 1, unchanged: 1))
        #expect(try accounts(store)[1]?.isInDirectory == true)
        #expect(try accounts(store)[1]?.goneSince == nil)
    }

    @Test func aLoginNamedTwiceInWhateverCaseImportsNothing() throws {
        _ = try replace([suzuki])
        var shouted = sato
        shouted.login = "SATO@ISP.example"
        let error = try storeError { _ = try replace([sato, shouted]) }
        #expect(error.reason == .duplicateLogin("sato@isp.example"))
        #expect(try accounts(store).count == 1)
        #expect(try accounts(store)[1]?.isInDirectory == true)
    }

    @Test func anAddressWithALineFeedImportsNothing() throws {
        var row = sato
        row.addresses = ["a@isp.example\nb@isp.example"]
        #expect(try storeError { _ = try replace([suzuki, row]) }.reason == .invalid)
        #expect(try accounts(store).isEmpty)
    }

    @Test func theStampOfTheLastImportIsKept() throws {
        #expect(try store.directoryStamp() == nil)
        _ = try replace([sato])
        #expect(try store.directoryStamp() == stamp)
        var changed = stamp
        changed.digest = "other"
        #expect(throws: PolicyStoreError.self) {
            try store.replaceDirectory(rows: [sato, sato], stamp: changed, now: morning)
        }
        #expect(try store.directoryStamp() == stamp)
    }

    @Test func anAccountThatIsSeenKeepsItsNumberAndWhenItWasFirstSeen() throws {
        let first = try store.insertSeen([
            SeenAccount(login: "Tanaka@isp.example", firstSeen: morning),
            SeenAccount(login: "ito@isp.example", firstSeen: morning + 1),
        ])
        let again = try store.insertSeen([SeenAccount(login: "tanaka@ISP.example", firstSeen: morning + day)])
        #expect(again == [first[0]])
        let tanaka = try #require(try accounts(store)[first[0]])
        #expect(
            tanaka
                == Account(
                    login: "tanaka@isp.example", addresses: "", isInDirectory: false, firstSeen: morning))
        var row = sato
        row.login = "tanaka@isp.example"
        #expect(try replace([row]) == DirectoryCounts(added: 1))
        #expect(try accounts(store)[first[0]]?.firstSeen == morning)
        #expect(try accounts(store)[first[0]]?.isInDirectory == true)
    }

    @Test func aDirectoryIsComparedWhileOthersWrite() throws {
        _ = try replace([sato])
        // Asked for its rows, the directory has the store written meanwhile, and one of its own accounts be seen.
        let rows = [sato, suzuki].lazy.map { row in
            _ = try? self.store.insertSeen([SeenAccount(login: row.login, firstSeen: morning)])
            return row
        }
        let counts = try store.replaceDirectory(rows: rows, stamp: stamp, now: morning)
        #expect(counts.added == 1)
        let suzuki = try #require(try accounts(store)[2])
        #expect(suzuki.isInDirectory && suzuki.signedUp == morning && suzuki.firstSeen == morning)
        #expect(try accounts(store).count == 2)
    }

    @Test func theLatestOffenceIsKept() throws {
        _ = try replace([sato, suzuki])
        var batch = emptyBatch()
        batch.offences = [AccountOffence(account: 1, at: morning), AccountOffence(account: 1, at: morning - 5)]
        try store.write(batch)
        #expect(try accounts(store)[1]?.lastOffence == morning)
        #expect(try accounts(store)[2]?.lastOffence == nil)
    }
}
