/// The names of a JSON value's members, without their values: enough to find a member that nobody read.
///
/// JSONDecoder ignores members that it does not know, and a mistyped `"second": 3600` would become a suspension without
/// end. So what was read is written again, and a member that did not come back was not understood.
struct MemberTree: Decodable, Equatable {
    private var members: [String: MemberTree] = [:]

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        // Arrays and plain values have no members; what lies in arrays is not looked at.
        guard let box = try? decoder.container(keyedBy: AnyKey.self) else { return }
        for key in box.allKeys where try !box.decodeNil(forKey: key) {
            members[key.stringValue] = try box.decode(MemberTree.self, forKey: key)
        }
    }

    var names: [String] { members.keys.sorted() }

    /// Path of the first member that `understood` does not have, and the name that it may stand for.
    func surplus(over understood: MemberTree, known: [String], at path: String) -> (path: String, nearest: String?)? {
        for (name, tree) in members.sorted(by: { $0.key < $1.key }) {
            let here = path + "." + name
            guard let other = understood.members[name] else {
                return (here, nearestName(to: name, among: known + understood.members.keys))
            }
            if let found = tree.surplus(over: other, known: [], at: here) { return found }
        }
        return nil
    }
}
