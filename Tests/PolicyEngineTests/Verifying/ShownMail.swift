import MailAuthentication
import MailPolicy
import PostfixProtocols

@testable import PolicyEngine

/// A message as a mail server shows it to a milter.
struct ShownMail {
    var client = "192.0.2.1"
    var helo = "mail.example.org"
    var sender = "taro@example.org"
    var recipients = ["hanako@isp.example"]
    var login = ""
    var queueID = "4XYZ12"
    /// CR LF at its line ends.
    var text: String

    init(_ text: String) { self.text = text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n") }

    private typealias Field = (name: [UInt8], value: [UInt8])

    /// Any number of fields, as the mail server has no bounds of ours.
    private var parts: (header: [Field], body: [UInt8]) {
        var fields: [Field] = []
        var lines = text.components(separatedBy: "\r\n")[...]
        while let line = lines.popFirst(), !line.isEmpty {
            if line.first == " " || line.first == "\t", !fields.isEmpty {
                fields[fields.count - 1].value += "\r\n\(line)".utf8
            } else if let colon = line.firstIndex(of: ":") {
                fields.append((Array(line[..<colon].utf8), Array(line[line.index(after: colon)...].utf8)))
            }
        }
        return (fields, Array(lines.joined(separator: "\r\n").utf8))
    }

    /// What the service says to it.
    func verdict(of service: any MilterService) async -> MilterVerdict {
        var connection = MilterConnection(listener: "test")
        connection.client = IPAddress(client).map { .address($0, port: 25_000) } ?? .local
        connection.helo = Array(helo.utf8)
        var macros = MilterMacros()
        if !login.isEmpty { macros.set(.sender, Array("{auth_authen}\0\(login)\0".utf8).span) }
        macros.set(.endOfMessage, Array("i\0\(queueID)\0".utf8).span)
        let handler = service.message(from: MilterPath(address: Array(sender.utf8)), on: connection, macros: macros)
        for recipient in recipients {
            handler.recipient(MilterPath(address: Array(recipient.utf8)), macros: macros)
        }
        let (header, body) = parts
        for field in header { handler.header(name: field.name.span, value: field.value.span) }
        handler.endOfHeader(macros: macros)
        handler.body(body.span)
        return await handler.verdict(macros: macros)
    }

    /// The message as the mail server would have it after a verdict.
    func changed(by verdict: MilterVerdict) -> ShownMail {
        var (fields, body) = parts
        for change in verdict.changes {
            switch change {
            case .add(let name, let value): fields.append((name, value))
            case .insert(let index, let name, let value): fields.insert((name, value), at: index)
            case .change(let nth, let name, let value):
                if let index = Self.index(nth, name, fields) { fields[index].value = value }
            case .delete(let nth, let name):
                if let index = Self.index(nth, name, fields) { fields.remove(at: index) }
            }
        }
        var new = self
        let head = fields.map {
            String(decoding: $0.name, as: UTF8.self) + ":" + String(decoding: $0.value, as: UTF8.self)
        }
        let bodyText = String(decoding: body, as: UTF8.self)
        new.text =
            head.joined(separator: "\r\n").replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
            + "\r\n\r\n" + bodyText
        return new
    }

    private static func index(_ nth: Int, _ name: [UInt8], _ fields: [Field]) -> Int? {
        let wanted = String(decoding: name, as: UTF8.self).lowercased()
        let places = fields.indices.filter {
            String(decoding: fields[$0].name, as: UTF8.self).lowercased() == wanted
        }
        return nth <= places.count ? places[nth - 1] : nil
    }
}

extension MilterVerdict {
    /// The values of the fields of that name that are inserted, from the top, without the space in front.
    func inserted(_ wanted: String) -> [String] {
        changes.compactMap { change in
            guard case .insert(0, let name, let value) = change, name.elementsEqual(wanted.utf8) else { return nil }
            return String(decoding: value.dropFirst(), as: UTF8.self)
        }.reversed()
    }

    /// `Authentication-Results 2` for the second of that name.
    var deleted: [String] {
        changes.compactMap { change in
            guard case .delete(let nth, let name) = change else { return nil }
            return "\(String(decoding: name, as: UTF8.self)) \(nth)"
        }
    }
}
