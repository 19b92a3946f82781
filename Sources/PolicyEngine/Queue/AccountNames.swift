/// Account logins by small numbers, each kept as long as something uses it.
struct AccountNames: Sendable {
    private var numbers: [String: UInt32] = [:]
    private var names: [String] = []
    private var uses: [UInt32] = []
    private var free: [UInt32] = []

    subscript(number: UInt32) -> String { names[Int(number)] }

    func number(of name: String) -> UInt32? { numbers[name] }

    /// Counts one more use.
    mutating func use(_ name: String) -> UInt32 {
        if let number = numbers[name] {
            uses[Int(number)] += 1
            return number
        }
        let number: UInt32
        if let reused = free.popLast() {
            number = reused
            names[Int(number)] = name
            uses[Int(number)] = 1
        } else {
            number = UInt32(names.count)
            names.append(name)
            uses.append(1)
        }
        numbers[name] = number
        return number
    }

    /// Counts one use less.
    mutating func release(_ number: UInt32) {
        let index = Int(number)
        uses[index] -= 1
        guard uses[index] == 0 else { return }
        numbers[names[index]] = nil
        names[index] = ""
        free.append(number)
    }
}
