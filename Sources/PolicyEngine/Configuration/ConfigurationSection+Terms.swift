import MailAuthentication
import MailPolicy

// Readers for the field's own terms, all of which are written as text.
extension ConfigurationSection {
    /// `"30s"`, `"10 minutes"`, `"7d"`.
    func duration(
        _ name: String, default standard: Milliseconds, in range: ClosedRange<Milliseconds>
    ) -> Milliseconds {
        guard let value = value(name) else { return standard }
        guard case .string(let text) = value else {
            wrongType(name, value, wanted: "a time with its unit, in quotes: \"30s\", \"10m\", \"7d\"")
            return standard
        }
        guard let span = Milliseconds(periodText: text.lowercased().filter { $0 != " " }) else {
            report(name, "\"\(text)\" is no length of time", remedy: "Write \"30s\", \"10m\", \"2h\" or \"7d\"")
            return standard
        }
        guard range.contains(span) else {
            report(
                name, "\"\(text)\" is out of range",
                remedy: "It may be \(Self.amount(range.lowerBound)) to \(Self.amount(range.upperBound))")
            return standard
        }
        return span
    }

    /// `1 minute` rather than the `minute` of limits.
    private static func amount(_ span: Milliseconds) -> String {
        let text = span.periodText
        return text.first?.isNumber == true ? text : "1 \(text)"
    }

    /// `"3 MB"`, or bytes as a number.
    func size(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(name) else { return nil }
        let size: Int?
        switch value {
        case .integer(let bytes): size = Int(bytes)
        case .string(let text): size = ByteSize.parse(text)
        default:
            wrongType(name, value, wanted: "a size in quotes: \"3 MB\"")
            return nil
        }
        guard let size, range.contains(size) else {
            report(name, "it is no size, or out of range", remedy: "Write \"3 MB\", \"500 KB\" or a number of bytes")
            return nil
        }
        return size
    }

    /// Texts such as `"10 messages per day"`. Two that measure the same are an error: only one could hold.
    func limits(_ name: String) -> [Limit] {
        var limits: [Limit] = []
        for (index, text) in (texts(name) ?? []).enumerated() {
            do {
                let limit = try Limit(parsing: text)
                if let other = limits.first(where: { $0.measuresTheSame(as: limit) }) {
                    report("\(name)[\(index)]", "\"\(limit)\" measures the same as \"\(other)\"", remedy: "Keep one")
                }
                limits.append(limit)
            } catch {
                report("\(name)[\(index)]", "\(error)")
            }
        }
        return limits
    }

    func networks(_ name: String) -> [Network] {
        (texts(name) ?? []).enumerated().compactMap { index, text in
            do {
                return try Network(parsing: text)
            } catch {
                report("\(name)[\(index)]", "\(error)")
                return nil
            }
        }
    }

    /// Domains in lower case, each once; with `leadingDot` also `.example.jp` for all its subdomains.
    func domains(_ name: String, leadingDot: Bool = false) -> [String] {
        var domains: [String] = []
        for (index, text) in (texts(name) ?? []).enumerated() {
            let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
            let domain = isASCII ? text.lowercased() : DomainName(text).withALabels.text
            if Self.isDomain(leadingDot && domain.hasPrefix(".") ? domain.dropFirst() : Substring(domain)) {
                if !domains.contains(domain) { domains.append(domain) }
            } else {
                report(
                    "\(name)[\(index)]", "\"\(text)\" is no domain", remedy: "Write example.jp")
            }
        }
        return domains
    }

    /// One domain.
    func domain(_ name: String) -> String? {
        let all = domains(name)
        if all.count > 1 { report(name, "it is a list, but must be one name") }
        return all.first
    }

    /// Addresses, and domains for all addresses in them, in lower case; none where the key is left out, which means all.
    func addressesAndDomains(_ name: String) -> [String] {
        let texts = texts(name, ifEmpty: "Remove the key to mean all, or name addresses and domains") ?? []
        return texts.enumerated().compactMap { index, text in
            let isGood: Bool
            if let at = text.lastIndex(of: "@") {
                isGood = Self.isLocalPart(text[..<at]) && Self.isRecipientDomain(text[text.index(after: at)...])
            } else {
                isGood = Self.isRecipientDomain(text[...])
            }
            guard isGood else {
                report(
                    "\(name)[\(index)]", "\"\(text)\" is no address and no domain",
                    remedy: "Write isp.example or forwarded@isp.example")
                return nil
            }
            return text.lowercased()
        }
    }

    /// Not so strict as to refuse what mail systems have taken.
    private static func isLocalPart(_ text: Substring) -> Bool {
        let isQuoted = text.count > 2 && text.first == "\"" && text.last == "\""
        return isQuoted || !text.isEmpty && !text.contains { "@,;:<>|\" ".contains($0) || $0.isWhitespace }
    }

    /// U-labels too: SMTPUTF8 hands recipients on as they were written (RFC 6531).
    private static func isRecipientDomain(_ text: Substring) -> Bool {
        !text.contains(where: \.isWhitespace) && isDomain(Substring(DomainName(text).withALabels.text))
            && text.last != "."
    }

    /// LDH labels (RFC 1123 section 2.1), and underscores, which some hosts have.
    private static func isDomain(_ text: Substring) -> Bool {
        guard text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
                }
        }
    }

    /// A path that is not empty; a relative one is meant from the configuration file's directory.
    func filePath(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        guard !text.isEmpty else {
            report(name, "the path is empty")
            return nil
        }
        return document.resolve(text)
    }

    /// Permission bits in octal text, as `chmod` takes them. A TOML number would be read as decimal.
    func mode(_ name: String, default standard: UInt16) -> UInt16 {
        guard let value = value(name) else { return standard }
        guard case .string(let text) = value, (3...4).contains(text.utf8.count), let mode = UInt16(text, radix: 8),
            mode <= 0o777
        else {
            report(name, "it is no file mode", remedy: "Write octal digits in quotes: \"0660\"")
            return standard
        }
        return mode
    }

    /// A UNIX group's name.
    func group(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        guard !text.isEmpty, text.utf8.count <= 32, !text.contains(where: { $0 == " " || $0 == ":" }) else {
            report(name, "\"\(text)\" is no group name")
            return nil
        }
        if document.unknownGroups != .ignored, UserDatabase.groupID(named: text) == nil {
            let tell = document.unknownGroups == .refused ? report : warn
            tell(
                name, "there is no group \"\(text)\" on this host",
                "Create it (groupadd --system \(text)), or name another")
        }
        return text
    }
}
