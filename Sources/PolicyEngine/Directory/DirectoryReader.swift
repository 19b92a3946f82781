import ControlProtocol
import MailPolicy

/// Reads the site's accounts directory: CSV (RFC 4180) in UTF-8 with the header `login,plan,signed_up,addresses,name`.
///
/// ```
/// login,plan,signed_up,addresses,name
/// satou@isp.example,regular,2019-04-01,satou.h@isp.example,佐藤 花子
/// shop@shop.example,bulk,2026-11-24T10:58:00+09:00,"info@shop.example @news.shop.example",佐藤商店
/// ```
/// `addresses` are parted by spaces: what the account may use as MAIL FROM beside its login. The same address may be
/// listed for several accounts (a shared mailbox). One that is somebody else's login is an error, since it would let one
/// customer write as another; where that is meant, write `shared:boss@isp.example`.
package struct DirectoryReader {
    private static let mostBytes = 1_000_000_000
    private static let longestField = 8000
    private static let longestLogin = 254
    private static let mostAddresses = 200

    private let plans: [String]
    private let zone: ZoneOffsets
    private let now: Milliseconds

    private var accounts: [DirectoryAccount] = []
    /// Lines by login in lower case.
    private var logins: [String: Int] = [:]
    /// Addresses that must not be the login of another line.
    private var claims: [(address: String, line: Int)] = []
    private var problems: [DirectoryProblem] = []
    private var untold = 0
    private var csv = CSVLine()

    private init(plans: [String], zone: ZoneOffsets, now: Milliseconds) {
        self.plans = plans
        self.zone = zone
        self.now = now
    }

    /// Reads a file. `plans` are the names that its `plan` column may have.
    ///
    /// - Throws: ``DirectoryError`` with up to ``DirectoryError/mostProblems`` lines.
    package static func load(
        file: String, plans: [String], zone: ZoneOffsets, now: Milliseconds
    ) throws(DirectoryError) -> [DirectoryAccount] {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(file, mostBytes: mostBytes)
        } catch {
            throw DirectoryError(file: file, problems: [DirectoryProblem(line: 0, problem: error.problem)])
        }
        return try parse(bytes, file: file, plans: plans, zone: zone, now: now)
    }

    /// Reads the bytes of a file.
    package static func parse(
        _ bytes: [UInt8], file: String, plans: [String], zone: ZoneOffsets, now: Milliseconds
    ) throws(DirectoryError) -> [DirectoryAccount] {
        var reader = DirectoryReader(plans: plans, zone: zone, now: now)
        if bytes.count > mostBytes {
            reader.report(0, "it is larger than \(mostBytes) bytes")
        } else {
            reader.read(bytes.span)
        }
        guard reader.problems.isEmpty else {
            throw DirectoryError(
                file: file, problems: reader.problems.sorted { $0.line < $1.line }, untold: reader.untold)
        }
        return reader.accounts
    }

    private mutating func report(_ line: Int, _ problem: String) {
        if problems.count < DirectoryError.mostProblems {
            problems.append(DirectoryProblem(line: line, problem: problem))
        } else {
            untold += 1
        }
    }
}

// MARK: - Lines

extension DirectoryReader {
    private mutating func read(_ bytes: Span<UInt8>) {
        // Rows are seldom shorter; growing a table of a million takes longer than filling it.
        let rows = bytes.count / 60
        accounts.reserveCapacity(rows)
        logins.reserveCapacity(rows)
        var columns: DirectoryColumns?
        var start = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
        var number = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            number += 1
            let next = end + 1
            if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            if end > start {
                if let columns {
                    readRow(bytes, start..<end, number, columns)
                } else {
                    columns = header(bytes, start..<end, number)
                    // Without it, every line would be wrong.
                    if columns == nil { return }
                }
            }
            start = next
        }
        if columns == nil { report(0, "it is empty: not even a header line") }
        checkClaims()
    }

    /// Takes a line apart into `csv`; false if it cannot be.
    private mutating func split(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ line: Int, mostFields: Int
    ) -> Bool {
        guard range.count <= Self.longestField * 2 else {
            report(line, "the line has \(range.count) bytes; \(Self.longestField * 2) are the most")
            return false
        }
        do {
            try csv.read(bytes, in: range, mostFields: mostFields)
        } catch {
            report(line, Self.explanation(of: error, mostFields))
            return false
        }
        if csv.hasControls {
            report(line, "it contains control characters")
            return false
        }
        if !csv.isASCII {
            let isValid = bytes.extracting(range).withUnsafeBufferPointer {
                String(validating: $0, as: UTF8.self) != nil
            }
            guard isValid else {
                report(line, "it is not UTF-8")
                return false
            }
        }
        return true
    }

    private static func explanation(of fault: CSVLine.Fault, _ columns: Int) -> String {
        switch fault {
        case .tooManyFields: "it has more than \(columns) fields; put a field that has a comma into quotes"
        case .unterminatedQuote: "a quoted field is not closed before the line ends"
        case .textAfterQuote: "there is text after a closing quote; a quote within a field is written twice"
        case .quoteInPlainField: "there is a quote within a field that does not begin with one"
        }
    }

    private mutating func header(_ bytes: Span<UInt8>, _ range: Range<Int>, _ line: Int) -> DirectoryColumns? {
        guard split(bytes, range, line, mostFields: 50) else { return nil }
        var names: [String] = []
        for field in csv.fields { names.append(field.text(in: bytes)) }
        do {
            return try DirectoryColumns(names)
        } catch {
            report(line, error.problem)
            return nil
        }
    }

    private mutating func readRow(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ line: Int, _ columns: DirectoryColumns
    ) {
        guard split(bytes, range, line, mostFields: columns.count) else { return }
        guard csv.fields.count == columns.count else {
            report(line, "it has \(csv.fields.count) of the \(columns.count) fields of the header")
            return
        }
        guard let login = login(bytes, csv.fields[columns.login], line),
            let signedUp = signedUp(bytes, csv.fields[columns.signedUp], line)
        else { return }
        var account = DirectoryAccount(login: login, signedUp: signedUp)
        if let column = columns.plan, !csv.fields[column].range.isEmpty {
            account.plan = plan(csv.fields[column].text(in: bytes), line)
        }
        if let column = columns.addresses, !csv.fields[column].range.isEmpty {
            account.addresses = addresses(csv.fields[column].text(in: bytes), line)
        }
        if let column = columns.name, !csv.fields[column].range.isEmpty {
            account.name = csv.fields[column].text(in: bytes)
        }
        accounts.append(account)
    }
}

// MARK: - Fields

extension DirectoryReader {
    private mutating func login(_ bytes: Span<UInt8>, _ field: CSVLine.Field, _ line: Int) -> String? {
        let login = field.text(in: bytes)
        guard !login.isEmpty else {
            report(line, "the login is empty")
            return nil
        }
        guard login.utf8.count <= Self.longestLogin, !login.utf8.contains(UInt8(ascii: " ")) else {
            report(line, "the login has a space in it or is longer than \(Self.longestLogin) bytes")
            return nil
        }
        if let first = logins.updateValue(line, forKey: login.lowercased()) {
            report(line, "the login \(login) is on line \(first) already (case does not count)")
            return nil
        }
        return login
    }

    private mutating func signedUp(_ bytes: Span<UInt8>, _ field: CSVLine.Field, _ line: Int) -> Milliseconds? {
        guard let date = SignUpDate.milliseconds(bytes, in: field.range, zone: zone) else {
            report(
                line,
                "\"\(field.text(in: bytes))\" is no date; write 2026-11-24 or 2026-11-24T10:58:00+09:00")
            return nil
        }
        // A day of slack, since clocks and zones differ.
        guard date <= now + 86_400_000 else {
            report(line, "the sign-up date \(field.text(in: bytes)) is in the future")
            return nil
        }
        return date
    }

    private mutating func plan(_ name: String, _ line: Int) -> String? {
        // The configuration's own string, so that a million accounts share it.
        if let plan = plans.first(where: { $0 == name }) { return plan }
        let nearest = nearestName(to: name, among: plans).map { "; did you mean \($0)?" } ?? ""
        report(line, "there is no plan \"\(name)\"\(nearest)")
        return nil
    }

    private mutating func addresses(_ text: String, _ line: Int) -> [String] {
        var addresses: [String] = []
        for word in text.lowercased().split(separator: " ") {
            let isShared = word.hasPrefix("shared:")
            let address = String(isShared ? word.dropFirst(7) : word)
            guard Self.isAddress(address) else {
                report(
                    line,
                    "\"\(address)\" is no address; write info@example.jp, or @example.jp for its whole domain, "
                        + "with a space between two")
                continue
            }
            guard !addresses.contains(address) else { continue }
            if !isShared { claims.append((address, line)) }
            addresses.append(address)
        }
        if addresses.count > Self.mostAddresses {
            report(line, "it has \(addresses.count) addresses; \(Self.mostAddresses) are the most")
        }
        return addresses
    }

    /// Whether it is one address, or an `@` with a domain. Not so strict as to refuse what mail systems have taken.
    private static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@") else { return false }
        let domain = text[text.index(after: at)...]
        let localPart = text[..<at]
        let isQuoted = localPart.count > 1 && localPart.first == "\"" && localPart.last == "\""
        return !domain.isEmpty && domain.allSatisfy { $0.isLetter || $0.isNumber || ".-_".contains($0) }
            && (isQuoted || !localPart.contains { "@,;:<>|".contains($0) })
    }

    /// Only at the end are all logins known.
    private mutating func checkClaims() {
        for claim in claims {
            guard let owner = logins[claim.address], owner != claim.line else { continue }
            report(
                claim.line,
                "the address \(claim.address) is the login of line \(owner); if both may use it, write shared:\(claim.address)"
            )
        }
    }
}
