import ControlProtocol

/// Which column is where, by the header line.
struct DirectoryColumns {
    private static let known = ["login", "plan", "signed_up", "addresses", "name"]
    static let mostColumns = 5

    var count: Int
    var login: Int
    var signedUp: Int
    var plan: Int?
    var addresses: Int?
    var name: Int?

    /// Reads the names of the columns, in any order. `plan`, `addresses` and `name` may be left out.
    ///
    /// - Throws: what is wrong with the header.
    init(_ names: [String]) throws(DirectoryHeaderFault) {
        var places: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard Self.known.contains(name) else {
                let nearest = nearestName(to: name, among: Self.known).map { "did you mean \($0)? " } ?? ""
                throw DirectoryHeaderFault(problem: "unknown column \"\(name)\": \(nearest)\(Self.wanted)")
            }
            guard places.updateValue(index, forKey: name) == nil else {
                throw DirectoryHeaderFault(problem: "the column \(name) is there twice")
            }
        }
        guard let login = places["login"], let signedUp = places["signed_up"] else {
            throw DirectoryHeaderFault(problem: "there is no column login or signed_up: \(Self.wanted)")
        }
        count = names.count
        self.login = login
        self.signedUp = signedUp
        plan = places["plan"]
        addresses = places["addresses"]
        name = places["name"]
    }

    private static let wanted = "the first line must be login,plan,signed_up,addresses,name"
}

struct DirectoryHeaderFault: Error, Equatable {
    var problem: String
}
