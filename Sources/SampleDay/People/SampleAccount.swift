/// A row of the accounts directory.
struct SampleAccount: Sendable {
    enum Plan: String, Sendable { case new, regular, bulk }

    var login: String
    var plan: Plan
    /// As the file has it: a date, or for those of the day itself a time (RFC 3339).
    var signedUp: String
    var addresses: [String] = []
    var name: String
    /// Where its owner sits, mostly.
    var home: ClientHost

    /// `佐藤 一郎`, with quotes where the name needs them (RFC 4180).
    var row: String {
        let fields = [login, plan.rawValue, signedUp, addresses.joined(separator: " "), name]
        return fields.map(Self.quoted).joined(separator: ",") + "\n"
    }

    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { ",\"".contains($0) }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
