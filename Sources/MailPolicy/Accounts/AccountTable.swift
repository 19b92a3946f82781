/// All accounts, by login.
package struct AccountTable: Sendable {
    package private(set) var logins: NameTable
    package private(set) var accounts: ContiguousArray<Account> = []
    package private(set) var activities: ContiguousArray<AccountActivity> = []
    /// Whose activity it is.
    package private(set) var activityOwners: ContiguousArray<Int32> = []
    package var addressBook: AddressBook
    /// Holders' names; few sites have them for all.
    package private(set) var names: [Int32: String] = [:]
    /// Accounts that the directory never had.
    package private(set) var unknownCount = 0

    package init(seed: UInt64, capacity: Int) {
        logins = NameTable(seed: seed, capacity: capacity)
        addressBook = AddressBook(seed: seed &+ 1)
        accounts.reserveCapacity(capacity)
    }

    package var count: Int { accounts.count }

    package func find(_ login: Span<UInt8>) -> Int32? { logins.find(login).map(Int32.init) }

    /// - Parameter hash: the login's, from ``logins``.
    func find(_ login: Span<UInt8>, hash: UInt64) -> Int32? { logins.find(login, hash: hash).map(Int32.init) }

    func prefetch(_ account: Int) { MailPolicy.prefetch(accounts, at: account) }

    func prefetchActivity(of account: Int32) {
        MailPolicy.prefetch(activities, at: Int(accounts[Int(account)].activity))
    }

    func prefetchNetworks(of account: Int32) {
        let index = Int(accounts[Int(account)].activity)
        if index >= 0 { activities[index].networks.prefetchUses() }
    }

    package func find(_ login: String) -> Int32? { logins.find(login).map(Int32.init) }

    package func login(_ account: Int32) -> String { logins[Int(account)] }

    package subscript(account: Int32) -> Account {
        _read { yield accounts[Int(account)] }
        _modify { yield &accounts[Int(account)] }
    }

    package mutating func add(_ login: Span<UInt8>, _ account: Account) -> Int32 {
        let number = logins.intern(login)
        if number == accounts.count {
            accounts.append(account)
            if !account.inDirectory, !account.hasLeft { unknownCount += 1 }
        }
        return Int32(number)
    }

    package func activity(of account: Int32) -> AccountActivity? {
        let index = accounts[Int(account)].activity
        return index < 0 ? nil : activities[Int(index)]
    }

    @inline(__always)
    package mutating func withActivity<Result>(
        of account: Int32, _ body: (inout AccountActivity) -> Result
    ) -> Result {
        var index = accounts[Int(account)].activity
        if index < 0 {
            index = Int32(activities.count)
            activities.append(AccountActivity())
            activityOwners.append(account)
            accounts[Int(account)].activity = index
        }
        return body(&activities[Int(index)])
    }

    /// Takes over what the directory says of an account.
    package mutating func update(_ entry: DirectoryAccount, plan: Int32) -> Int32 {
        var login = entry.login
        let account = login.withUTF8 {
            add($0.span, Account(signedUp: entry.signedUp, assignedPlan: plan, inDirectory: true))
        }
        if !accounts[Int(account)].inDirectory, !accounts[Int(account)].hasLeft { unknownCount -= 1 }
        accounts[Int(account)].hasLeft = false
        accounts[Int(account)].inDirectory = true
        accounts[Int(account)].signedUp = entry.signedUp
        accounts[Int(account)].assignedPlan = plan
        describe(account, addresses: entry.addresses, name: entry.name)
        return account
    }

    package mutating func describe(_ account: Int32, addresses: [String], name: String?) {
        if names[account] != name { names[account] = name }
        if !accounts[Int(account)].addresses.isEmpty || !addresses.isEmpty {
            for address in accounts[Int(account)].addresses { addressBook.remove(address, of: account) }
            accounts[Int(account)].addresses = addresses.map { addressBook.add($0, of: account) }
        }
    }

    /// What the directory no longer has is unknown from now on; its counts and overrides stay.
    package mutating func leaveDirectory(_ account: Int32, plan: Int32) {
        guard accounts[Int(account)].inDirectory else { return }
        accounts[Int(account)].inDirectory = false
        accounts[Int(account)].hasLeft = true
        accounts[Int(account)].assignedPlan = plan
        for address in accounts[Int(account)].addresses { addressBook.remove(address, of: account) }
        accounts[Int(account)].addresses = []
        names[account] = nil
    }

    package func hasAddresses(_ account: Int32) -> Bool { !accounts[Int(account)].addresses.isEmpty }

    package func addresses(of account: Int32) -> [String] {
        accounts[Int(account)].addresses.map { addressBook.text($0) }
    }
}
