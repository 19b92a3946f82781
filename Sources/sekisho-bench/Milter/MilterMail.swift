import Foundation

/// The message that a mail server shows to a milter, and who sends it to whom.
struct MilterMail {
    var clientAddress = "192.0.2.1"
    var clientName = "mail.example.org"
    var helo = "mail.example.org"
    /// Without angle brackets; empty for the null sender.
    var sender = "a@example.org"
    var recipients = ["b@isp.example"]
    /// The SASL login, if there is one.
    var login: String?
    var queueID = "4cQZ1x2vY1z9sYK"
    private(set) var header: [(name: [UInt8], value: [UInt8])] = []
    /// With lines that end in CR LF.
    private(set) var body: [UInt8] = []

    static let largestFile = 64 << 20

    /// One of 4.8 KB, as newsletters and notices are.
    init() {
        self.init(message: Array(Self.generated.utf8))
    }

    /// - Parameter message: RFC 5322, with lines that end in LF or CR LF.
    init(message: [UInt8]) {
        let lineFeed = UInt8(ascii: "\n")
        let carriageReturn = UInt8(ascii: "\r")
        var lines = message.split(separator: lineFeed, omittingEmptySubsequences: false).map { line in
            line.last == carriageReturn ? line.dropLast() : line
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        var isInBody = false
        for line in lines {
            if isInBody {
                body += line
                body += [carriageReturn, lineFeed]
            } else if line.isEmpty {
                isInBody = true
            } else if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t"), !header.isEmpty {
                header[header.count - 1].value += [lineFeed] + line
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                header.append((Array(line[..<colon]), Array(line[(colon + 1)...])))
            }
        }
    }

    /// Puts a field on top; its folds end in LF.
    mutating func addField(_ name: String, _ value: [UInt8]) { header.insert((Array(name.utf8), value), at: 0) }

    private static let generated: String = {
        var text = """
            Received: from pc17.dyn.example.org (h17.dyn.example.org [198.51.100.17])
            \tby mail.example.org (Postfix) with ESMTPSA id 4cQYzT0x1Jz2Nj8x
            \tfor <b@isp.example>; Mon,  5 Oct 2026 09:00:00 +0900 (JST)
            Date: Mon, 5 Oct 2026 09:00:00 +0900
            From: Sato Hanako <a@example.org>
            To: Tanaka Ichiro <b@isp.example>
            Subject: The minutes of this week
            Message-ID: <20261005.090000.1@example.org>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=us-ascii
            Content-Transfer-Encoding: 7bit


            """
        var line = 0
        while text.utf8.count < 4_800 {
            line += 1
            text += "Point \(line): what was said, by whom, and what is to be done until next week.\n"
        }
        return text
    }()
}
