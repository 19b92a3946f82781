import Foundation

/// One message as smtp-sink wrote it down: lines of its own about the envelope, then the message.
struct DeliveredMessage: Sendable {
    /// When its last byte was written.
    var at: Date
    var sender: String
    var recipients: [String]
    var subject: String
    /// Its header, folds unfolded, a field each: `Subject: test`.
    var fields: [String]

    /// `nil` for a file that is not complete yet.
    init?(file: String) throws {
        guard let bytes = FileManager.default.contents(atPath: file) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        func values(_ name: String) -> [String] {
            lines.filter { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
        }
        guard lines.contains("Hello."), let envelope = values("X-Mail-Args").first else { return nil }
        sender = Self.address(in: envelope)
        recipients = values("X-Rcpt-Args").map(Self.address)
        subject = values("Subject").first ?? ""
        fields = lines.prefix { $0 != "" }.reduce(into: []) { fields, line in
            if line.first == " " || line.first == "\t", !fields.isEmpty {
                fields[fields.count - 1] += " " + line.drop { $0 == " " || $0 == "\t" }
            } else {
                fields.append(String(line))
            }
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        at = attributes[.modificationDate] as? Date ?? .distantPast
    }

    private static func address(in argument: String) -> String {
        guard let open = argument.firstIndex(of: "<"), let close = argument.firstIndex(of: ">") else { return argument }
        return String(argument[argument.index(after: open)..<close])
    }
}
