import Foundation
import MailAuthentication
import MailPolicy

/// `[[sign]]`: a key, and whose mail it signs. Several of one domain make as many signatures.
package struct SigningKey: Sendable, Equatable {
    package var domain: DomainName
    package var selector: DomainName
    package var key: DKIMPrivateKey
    /// Whether it also signs for authors in subdomains that have no key of their own.
    package var coversSubdomains: Bool

    package init(domain: DomainName, selector: DomainName, key: DKIMPrivateKey, coversSubdomains: Bool = false) {
        self.domain = domain
        self.selector = selector
        self.key = key
        self.coversSubdomains = coversSubdomains
    }
}

/// `[arc]`: with what the results of verified mail are sealed, for those to whom it is forwarded (RFC 8617).
package struct SealingSettings: Sendable, Equatable {
    package var domain: DomainName
    package var selector: DomainName
    package var key: DKIMPrivateKey
    /// Only messages to these addresses, or to these domains, are sealed; empty for all.
    package var recipients: Set<String>

    package init(domain: DomainName, selector: DomainName, key: DKIMPrivateKey, recipients: Set<String> = []) {
        self.domain = domain
        self.selector = selector
        self.key = key
        self.recipients = recipients
    }
}

// MARK: - Reading

extension SigningKey {
    /// All `[[sign]]`. Two of a domain with one selector are an error: each key has a record of its own.
    static func all(reading root: ConfigurationSection) -> [SigningKey] {
        var seen: [String: String] = [:]
        return root.sections("sign").compactMap { section in
            let subdomains = section.flag("subdomains", default: false)
            let place = KeyPlace(reading: section)
            section.finish()
            guard let place else { return nil }
            let name = "\(place.selector)._domainkey.\(place.domain)"
            if let first = seen[name] {
                section.document.report(
                    section.path, "\(name) is another key's already (\(section.document.place(of: first)))",
                    remedy: "Give each key of a domain a selector of its own")
            }
            seen[name] = section.path
            return SigningKey(
                domain: place.domain, selector: place.selector, key: place.key, coversSubdomains: subdomains)
        }
    }
}

extension SealingSettings {
    /// `[arc]`; `nil` if it is not there or cannot be used, which was reported.
    init?(reading root: ConfigurationSection) {
        let section = root.section("arc")
        let recipients = Set(section.addressesAndDomains("recipients"))
        let isThere = root.has("arc") || section.document.isProbe
        let place = isThere ? KeyPlace(reading: section) : nil
        section.finish()
        guard let place else { return nil }
        if case .ed25519 = place.key {
            section.warn(
                "key",
                "it is an Ed25519 key, but ARC seals with rsa-sha256 (RFC 8617): many receivers fail other seals",
                remedy: "Make one with: sekisho dkim keygen --algorithm rsa")
        }
        self.init(domain: place.domain, selector: place.selector, key: place.key, recipients: recipients)
    }
}

/// The three keys that name a private key and its record.
private struct KeyPlace {
    var domain: DomainName
    var selector: DomainName
    var key: DKIMPrivateKey

    private static let mostBytes = 64 << 10

    /// `nil` if anything is missing or wrong; that was reported.
    init?(reading section: ConfigurationSection) {
        let domain = section.domain("domain")
        let selector = section.domain("selector")
        let file = section.filePath("key")
        let missing = ["domain", "selector", "key"].filter { !section.has($0) }
        guard missing.isEmpty else {
            if !section.document.isProbe {
                section.document.report(
                    section.path, "it has no \(missing.joined(separator: " and no "))",
                    remedy: "Make the key with: sekisho dkim keygen")
            }
            return nil
        }
        guard let domain, let selector, let file, let key = Self.key(section, file) else { return nil }
        self.domain = DomainName(domain)
        self.selector = DomainName(selector)
        self.key = key
    }

    private static func key(_ section: ConfigurationSection, _ file: String) -> DKIMPrivateKey? {
        do {
            let bytes = try BoundedFile.read(file, mostBytes: mostBytes)
            // A link has the mode 777 whatever it leads to.
            let target = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
            let mode = (try? FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int) ?? 0
            guard mode & 0o007 == 0 else {
                section.report(
                    "key", "\(file) may be read or changed by everybody (mode \(String(mode, radix: 8)))",
                    remedy: "chmod o= \(file)")
                return nil
            }
            return try DKIMPrivateKey(pem: String(decoding: bytes, as: UTF8.self))
        } catch let fault as BoundedFile.Fault {
            section.report("key", "\(file): \(fault.problem)", remedy: "Make it with: sekisho dkim keygen")
        } catch {
            section.report("key", "\(file): \(error)")
        }
        return nil
    }
}
