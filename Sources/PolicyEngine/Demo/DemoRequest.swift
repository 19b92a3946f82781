import MailPolicy

/// One request of the sample day.
package struct DemoRequest: Sendable {
    /// Wall time in the sample's own day.
    package var at: Milliseconds
    /// Requests of one connection come one after the other.
    package var connection: Int
    package var bytes: [UInt8]

    package init(at: Milliseconds, connection: Int, bytes: [UInt8]) {
        self.at = at
        self.connection = connection
        self.bytes = bytes
    }
}

/// A request's attributes as texts, for the demo's own Postfix.
struct DemoRequestText: Sendable {
    private var values: [Substring: Substring] = [:]

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[line[..<equals]] = line[line.index(after: equals)...]
        }
    }

    subscript(name: String) -> String { values[name[...]].map(String.init) ?? "" }
}
