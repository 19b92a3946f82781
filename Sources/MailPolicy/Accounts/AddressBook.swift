/// Who may use which address as MAIL FROM, beside the one that is their login.
///
/// `@example.org` stands for every address of the domain. An address can be listed for several accounts.
package struct AddressBook: Sendable {
    private var names: NameTable
    /// By address: the accounts that it is listed for.
    private var owners: ContiguousArray<[Int32]> = []

    package init(seed: UInt64) { names = NameTable(seed: seed) }

    package mutating func add(_ address: String, of account: Int32) -> Int32 {
        let number = names.intern(address)
        if number == owners.count { owners.append([]) }
        if !owners[number].contains(account) { owners[number].append(account) }
        return Int32(number)
    }

    package mutating func remove(_ number: Int32, of account: Int32) {
        owners[Int(number)].removeAll { $0 == account }
    }

    package func text(_ number: Int32) -> String { names[Int(number)] }

    package func isListed(_ address: Span<UInt8>, for account: Int32) -> Bool {
        guard let number = names.find(address) else { return false }
        return owners[number].contains(account)
    }

    /// Whether any account has the address.
    package func hasOwner(_ address: Span<UInt8>) -> Bool {
        guard let number = names.find(address) else { return false }
        return !owners[number].isEmpty
    }
}
