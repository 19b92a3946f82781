import Foundation

/// What is in a file of trust anchors: DS and DNSKEY records in zone file form (RFC 1035 section 5), as
/// ub_ctx_add_ta_file reads them.
///
/// libunbound says nothing of a file that is empty or holds other records, and then validates nothing; of one that is
/// no zone file it does not say where. So it is looked through before.
enum TrustAnchorText {
    struct Fault: Error, Equatable {
        /// Counted from 1; `nil` if it concerns the whole file.
        var line: Int?
        /// `it is no DS or DNSKEY record`. What stands there is not repeated: the file may be a private key's.
        var problem: String
    }

    /// - Throws: ``Fault`` for the first record that is none of these, or where there is none at all.
    static func check(_ bytes: [UInt8]) throws(Fault) {
        var keys = 0
        var record = Record()
        var depth = 0
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if depth == 0 { record = Record(line: index + 1, hasOwner: line.first.map { !isBlank($0) } ?? false) }
            for word in words(line) {
                switch word {
                case "(": depth += 1
                case ")": depth -= 1
                default: record.words.append(word)
                }
            }
            guard depth >= 0 else { throw Fault(line: index + 1, problem: "there is a ) without its (") }
            if depth == 0, try record.isKey() { keys += 1 }
        }
        guard depth == 0 else { throw Fault(line: record.line, problem: "there is a ( without its )") }
        guard keys > 0 else { throw Fault(problem: "it holds no DS or DNSKEY record") }
    }

    /// Parentheses are words of their own.
    private static func words(_ line: ArraySlice<UInt8>) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for byte in line.prefix(while: { $0 != UInt8(ascii: ";") }) {
            if isBlank(byte) {
                end()
            } else if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
                end()
                words.append(byte == UInt8(ascii: "(") ? "(" : ")")
            } else {
                word.append(byte)
            }
        }
        end()
        return words
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}

extension TrustAnchorText {
    /// The words of one record, from the line on which it begins.
    private struct Record {
        var line = 1
        /// Whether it begins with a name; else it is of the same name as the one before.
        var hasOwner = true
        var words: [String] = []

        /// Whether it is a key; `false` where there is nothing to read.
        ///
        /// - Throws: ``Fault`` if it is something else.
        func isKey() throws(Fault) -> Bool {
            guard let first = words.first else { return false }
            // $TTL and $ORIGIN.
            if hasOwner, first.hasPrefix("$") { return false }
            var typed = words.dropFirst(hasOwner ? 1 : 0)
            // In this order only, as libunbound takes them.
            if typed.first.map(Self.isTTL) == true { typed.removeFirst() }
            if typed.first?.uppercased() == "IN" { typed.removeFirst() }
            let data = Array(typed.dropFirst())
            switch typed.first?.uppercased() {
            case "DS":
                guard Self.isDS(data) else {
                    throw Fault(
                        line: line, problem: "a DS record has a key tag, an algorithm, a digest type and a digest")
                }
            case "DNSKEY":
                guard Self.isDNSKEY(data) else {
                    throw Fault(
                        line: line, problem: "a DNSKEY record has flags, the protocol 3, an algorithm and a key")
                }
            // dig(1) prints them with the keys.
            case "RRSIG": return false
            default: throw Fault(line: line, problem: "it is no DS or DNSKEY record")
            }
            return true
        }

        /// Seconds, or `1d12h`.
        private static func isTTL(_ word: String) -> Bool {
            word.first?.isWholeNumber == true && word.utf8.allSatisfy { "0123456789smhdwSMHDW".utf8.contains($0) }
        }

        /// RFC 4034 section 5.3.
        private static func isDS(_ words: [String]) -> Bool {
            guard words.count >= 4, UInt16(words[0]) != nil, isAlgorithm(words[1]), UInt8(words[2]) != nil else {
                return false
            }
            let digest = words[3...].joined()
            // The shortest, SHA-1, has 20 bytes.
            return digest.utf8.count >= 40 && digest.utf8.count.isMultiple(of: 2) && digest.allSatisfy(\.isHexDigit)
        }

        /// RFC 4034 section 2.2.
        private static func isDNSKEY(_ words: [String]) -> Bool {
            guard words.count >= 4, UInt16(words[0]) != nil, UInt8(words[1]) == 3, isAlgorithm(words[2]) else {
                return false
            }
            guard let key = Data(base64Encoded: words[3...].joined()) else { return false }
            // The shortest, Ed25519, has 32 bytes.
            return key.count >= 32
        }

        private static func isAlgorithm(_ word: String) -> Bool {
            UInt8(word) != nil || algorithms.contains(word.uppercased())
        }

        /// Those of RFC 8624 section 3.1 that may be validated.
        private static let algorithms = [
            "RSASHA1", "RSASHA1-NSEC3-SHA1", "RSASHA256", "RSASHA512", "ECC-GOST", "ECDSAP256SHA256",
            "ECDSAP384SHA384", "ED25519", "ED448",
        ]
    }
}
