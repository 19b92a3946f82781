import ControlProtocol
import MailPolicy

/// A table of the configuration, read key by key.
///
/// Each reader returns the value, or the default where the key is missing or wrong; what is wrong is reported to the
/// document. ``finish()`` reports the keys that nobody asked for.
final class ConfigurationSection {
    let document: ConfigurationDocument
    let path: String
    /// `path` with the names that the site chose as `*` and indexes left out.
    private let pattern: String
    private let table: [String: ConfigurationValue]
    private var asked: [String] = []

    init(_ table: [String: ConfigurationValue], path: String, pattern: String, document: ConfigurationDocument) {
        self.table = table
        self.path = path
        self.pattern = pattern
        self.document = document
    }

    func key(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    private func pattern(_ name: String) -> String { pattern.isEmpty ? name : "\(pattern).\(name)" }

    func has(_ name: String) -> Bool { table[name] != nil }

    func report(_ name: String, _ problem: String, remedy: String? = nil) {
        document.report(key(name), problem, remedy: remedy)
    }

    func warn(_ name: String, _ problem: String, remedy: String? = nil) {
        document.warn(key(name), problem, remedy: remedy)
    }

    /// The value under a name. Notes that the key exists.
    func value(_ name: String) -> ConfigurationValue? {
        ask(name)
        document.know(pattern(name))
        return table[name]
    }

    private func ask(_ name: String) {
        if !asked.contains(name) { asked.append(name) }
    }

    func wrongType(_ name: String, _ value: ConfigurationValue, wanted: String) {
        report(name, "it is \(value.typeName), but must be \(wanted)")
    }

    func finish() {
        for name in table.keys.sorted() where !asked.contains(name) {
            let nearest = nearestName(to: name, among: asked)
            let all = "Known here: " + asked.sorted().joined(separator: ", ")
            report(name, "unknown key", remedy: nearest.map { "Did you mean \($0)?" } ?? all)
        }
    }
}

// MARK: - Tables in it

extension ConfigurationSection {
    private func child(
        _ table: [String: ConfigurationValue], _ place: String, _ pattern: String
    ) -> ConfigurationSection {
        ConfigurationSection(table, path: key(place), pattern: self.pattern(pattern), document: document)
    }

    /// `[name]`; an empty one if it is missing.
    func section(_ name: String) -> ConfigurationSection {
        ask(name)
        guard let value = table[name] else { return child([:], name, name) }
        guard case .table(let inner) = value else {
            wrongType(name, value, wanted: "a table: [\(key(name))]")
            return child([:], name, name)
        }
        return child(inner, name, name)
    }

    /// `[[name]]`, in the order of the file.
    func sections(_ name: String) -> [ConfigurationSection] {
        ask(name)
        if document.isProbe { return [child([:], "\(name)[0]", "\(name)[]")] }
        guard let value = table[name] else { return [] }
        guard case .array(let elements) = value else {
            wrongType(name, value, wanted: "an array of tables: [[\(key(name))]]")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            guard case .table(let inner) = element else {
                wrongType("\(name)[\(index)]", element, wanted: "a table: [[\(key(name))]]")
                return nil
            }
            return child(inner, "\(name)[\(index)]", "\(name)[]")
        }
    }

    /// `[name.ANYTHING]`, in the order of the file.
    func namedSections(_ name: String) -> [(name: String, section: ConfigurationSection)] {
        ask(name)
        if document.isProbe { return [("*", child([:], "\(name).*", "\(name).*"))] }
        guard let value = table[name] else { return [] }
        guard case .table(let tables) = value else {
            wrongType(name, value, wanted: "a table of tables: [\(key(name)).NAME]")
            return []
        }
        let names = tables.keys.sorted { one, other in
            let lines = [one, other].map { document.line(of: key("\(name).\($0)")) ?? 0 }
            return (lines[0], one) < (lines[1], other)
        }
        return names.compactMap { inner in
            guard isPlainName(inner) else {
                report("\(name).\(inner)", "\"\(inner)\" is no name", remedy: "Use 1 to 40 of A-Z a-z 0-9 . _ -")
                return nil
            }
            guard case .table(let table)? = tables[inner] else {
                if let other = tables[inner] { wrongType("\(name).\(inner)", other, wanted: "a table") }
                return nil
            }
            return (inner, child(table, "\(name).\(inner)", "\(name).*"))
        }
    }

    /// Names come back in SMTP replies and on command lines.
    private func isPlainName(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
