import Foundation

/// An SMTP client on one connection, with a time limit on each reply. It stands in for a mail reader, so it speaks
/// what those speak: EHLO, AUTH PLAIN, MAIL, RCPT, DATA, RSET, QUIT.
actor SMTPClient {
    private let executor = BlockingExecutor("SMTP client")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let socket: StreamSocket
    private(set) var greeting: SMTPReply?

    /// - Parameter source: the loopback address to come from, so that one machine can be many sources.
    init(port: UInt16, from source: String = "127.0.0.1", replyWithin seconds: Int = 60) throws {
        socket = try StreamSocket(host: "127.0.0.1", port: port, from: source, timeoutSeconds: seconds)
    }

    /// Reads the greeting, says EHLO, and authenticates where a login is given.
    func open(login: String? = nil, password: String = "secret") throws -> SMTPReply {
        greeting = try readReply()
        var reply = try command("EHLO client.example")
        if let login { reply = try authenticate(login: login, password: password) }
        return reply
    }

    /// AUTH PLAIN with an initial response (RFC 4616).
    func authenticate(login: String, password: String) throws -> SMTPReply {
        try command("AUTH PLAIN " + Data("\0\(login)\0\(password)".utf8).base64EncodedString())
    }

    func command(_ line: String) throws -> SMTPReply {
        try socket.write(line + "\r\n")
        return try readReply()
    }

    /// One transaction, up to the first refusal of MAIL or DATA; a transaction that did not end is reset.
    func send(
        from sender: String, to recipients: [String], author: String? = nil, subject: String = "test",
        body: String = "Hello."
    ) throws -> Submission {
        var submission = Submission(mail: try command("MAIL FROM:<\(sender)>"))
        guard submission.mail.isPositive else { return submission }
        for recipient in recipients { submission.recipients.append(try command("RCPT TO:<\(recipient)>")) }
        guard submission.recipients.contains(where: \.isPositive) else {
            _ = try command("RSET")
            return submission
        }
        let ready = try command("DATA")
        guard ready.code == 354 else {
            submission.end = ready
            _ = try command("RSET")
            return submission
        }
        let head = "From: <\(author ?? sender)>\r\nTo: <\(recipients[0])>\r\nSubject: \(subject)\r\n"
        submission.end = try command("\(head)\r\n\(body)\r\n.")
        return submission
    }

    func send(from sender: String, to recipient: String, subject: String = "test") throws -> Submission {
        try send(from: sender, to: [recipient], subject: subject)
    }

    func quit() {
        _ = try? command("QUIT")
        socket.close()
    }

    /// Breaks the connection without a word.
    func abort() {
        socket.close()
    }

    private func readReply() throws -> SMTPReply {
        var lines: [String] = []
        while true {
            let line = try socket.readLine()
            guard line.count >= 3, let code = Int(line.prefix(3)) else { throw RigError("no SMTP reply: \(line)") }
            lines.append(String(line.dropFirst(4)))
            if line.dropFirst(3).first != "-" { return SMTPReply(code: code, text: lines.joined(separator: "\n")) }
        }
    }
}
