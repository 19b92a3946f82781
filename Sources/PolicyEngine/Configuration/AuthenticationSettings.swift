import Foundation
import MailAuthentication
import MailPolicy

/// `[authentication]`: in whose name incoming mail is judged, and how the DNS is asked for it.
package struct AuthenticationSettings: Sendable, Equatable {
    /// Who vouches in Authentication-Results (RFC 8601 section 2.5).
    package var authservID: String
    package var resolver: ResolverSettings
    /// What all look-ups for one message may take together.
    package var deadline: Milliseconds
    /// Where there is one, organizational domains are found by it (RFC 7489 section 3.2); else by the tree walk of RFC 9989.
    package var publicSuffixes: PublicSuffixList?

    package init(
        authservID: String = ProcessInfo.processInfo.hostName, resolver: ResolverSettings = ResolverSettings(),
        deadline: Milliseconds = 20_000, publicSuffixes: PublicSuffixList? = nil
    ) {
        self.authservID = authservID
        self.resolver = resolver
        self.deadline = deadline
        self.publicSuffixes = publicSuffixes
    }
}

extension AuthenticationSettings {
    /// Reads what is not among ``DMARCRules`` and ``OwnHosts``, which are in the same section.
    init(reading section: ConfigurationSection) {
        let standard = AuthenticationSettings()
        self.init(
            authservID: Self.authservID(section) ?? standard.authservID, resolver: ResolverSettings(reading: section),
            deadline: section.duration("deadline", default: standard.deadline, in: 1000...120_000),
            publicSuffixes: Self.publicSuffixes(section))
    }

    /// A name that readers take without quotes, so that each of them finds it.
    private static func authservID(_ section: ConfigurationSection) -> String? {
        guard let text = section.text("authserv_id") else { return nil }
        let name = DomainName(text)
        let isPlain = text.utf8.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
        }
        guard name.canBeAsked, isPlain else {
            section.report("authserv_id", "\"\(text)\" is no host name", remedy: "Write \"mx.isp.example\"")
            return nil
        }
        return text
    }

    private static let mostBytesOfList = 4_000_000

    private static func publicSuffixes(_ section: ConfigurationSection) -> PublicSuffixList? {
        guard let file = section.filePath("public_suffix_list") else { return nil }
        func report(_ problem: String) {
            section.report(
                "public_suffix_list", "\(file): \(problem)",
                remedy:
                    "Name a list as publicsuffix.org publishes it, such as /usr/share/publicsuffix/public_suffix_list.dat"
            )
        }
        do {
            let bytes = try BoundedFile.read(file, mostBytes: mostBytesOfList)
            return try PublicSuffixList(parsing: String(decoding: bytes, as: UTF8.self))
        } catch let fault as BoundedFile.Fault {
            report(fault.problem)
        } catch {
            report("\(error)")
        }
        return nil
    }
}

extension ResolverSettings {
    fileprivate init(reading section: ConfigurationSection) {
        self.init()
        let texts = section.texts(
            "resolver", ifEmpty: "Name a recursive server, or remove the key to ask those of /etc/resolv.conf")
        let servers = (texts ?? []).enumerated().compactMap { index, text -> ResolverServer? in
            do {
                return try ResolverServer(parsing: text)
            } catch {
                section.report("resolver[\(index)]", "\(error)")
                return nil
            }
        }
        if !servers.isEmpty { self.servers = .forwarders(servers) }
        timeout = section.duration("resolver_timeout", default: timeout, in: 100...60_000)
        trustAnchorFile = Self.trustAnchor(section)
    }

    private static let mostBytesOfAnchor = 1_000_000

    /// Of a directory libunbound would read for ever, and of a file without keys it would validate nothing.
    private static func trustAnchor(_ section: ConfigurationSection) -> String? {
        guard let file = section.filePath("trust_anchor") else { return nil }
        func report(_ problem: String) {
            section.report(
                "trust_anchor", "\(file): \(problem)",
                remedy: "Name a file of DS or DNSKEY records, such as /usr/share/dns/root.key")
        }
        do {
            try TrustAnchorText.check(try BoundedFile.read(file, mostBytes: mostBytesOfAnchor))
            return file
        } catch let fault as BoundedFile.Fault {
            report(fault.problem)
        } catch let fault as TrustAnchorText.Fault {
            report((fault.line.map { "line \($0) of it: " } ?? "") + fault.problem)
        } catch {
            report("\(error)")
        }
        return nil
    }
}

extension DMARCRules {
    init(reading section: ConfigurationSection) {
        let enforcement = section.choice("dmarc", default: DMARCRules().enforcement)
        self.init(
            enforcement: enforcement,
            unknownAuthors: section.choice("unknown_from", default: enforcement == .off ? .off : .tag),
            trustedSealers: section.domains("trusted_sealers"))
    }
}

extension OwnHosts {
    init(reading section: ConfigurationSection) {
        let networks = section.networks("own_networks")
        self.init(networks: section.has("own_networks") ? networks : Self.loopback)
    }
}
