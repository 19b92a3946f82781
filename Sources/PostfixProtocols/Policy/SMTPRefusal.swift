/// A negative SMTP reply: `554 5.7.1 text`.
package struct SMTPRefusal: Equatable, Sendable {
    /// RFC 5321 section 4.2. 4NN asks the client to try again, 5NN not to.
    package let code: Code
    /// RFC 3463; its class is always that of the code.
    package let status: EnhancedStatus
    /// For people: what is wrong, and what they can do. One line is made of it when it is sent.
    package var text: String

    /// - Parameters:
    ///   - subject: The second number of the enhanced status code, 7 for security and policy.
    ///   - detail: The third number.
    package init(_ code: Code, subject: Int, detail: Int, text: String) {
        self.code = code
        self.status = EnhancedStatus(class: Int(code.rawValue) / 100, subject: subject, detail: detail)
        self.text = text
    }

    /// Whether the client may try again.
    package var isTemporary: Bool { status.class == 4 }

    package struct Code: RawRepresentable, Equatable, Hashable, Sendable {
        package let rawValue: UInt16

        /// `nil` unless the code is from 400 to 599.
        package init?(rawValue: UInt16) {
            guard (400...599).contains(rawValue) else { return nil }
            self.rawValue = rawValue
        }

        private init(known code: UInt16) {
            rawValue = code
        }

        /// Closes the connection.
        package static let serviceUnavailable421 = Code(known: 421)
        package static let mailboxBusy450 = Code(known: 450)
        package static let localError451 = Code(known: 451)
        package static let insufficientStorage452 = Code(known: 452)
        package static let mailboxUnavailable550 = Code(known: 550)
        package static let exceededStorage552 = Code(known: 552)
        package static let mailboxNotAllowed553 = Code(known: 553)
        package static let transactionFailed554 = Code(known: 554)
    }

    /// `class.subject.detail` of RFC 3463 section 2.
    package struct EnhancedStatus: Equatable, Hashable, Sendable, CustomStringConvertible {
        package let `class`: Int
        package let subject: Int
        package let detail: Int

        package var description: String { "\(`class`).\(subject).\(detail)" }
    }
}

extension SMTPRefusal {
    func encode(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(code.rawValue).utf8)
        bytes.append(contentsOf: " ".utf8)
        bytes.append(contentsOf: status.description.utf8)
        SingleLine.append(text, separator: " ", limit: PolicyReply.textBytes, to: &bytes)
    }

    /// Reads `554` and `5.7.1 text`; a reply without enhanced status has the subject and detail 0.
    init?(code: Substring, statusAndText: String) {
        guard let number = UInt16(code), code.utf8.count == 3, let code = Code(rawValue: number) else { return nil }
        let parts = statusAndText.split(separator: " ", maxSplits: 1)
        let numbers = (parts.first ?? "").split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        if numbers.count == 3, numbers[0] == Int(number / 100), let subject = numbers[1], let detail = numbers[2],
            (0...999).contains(subject), (0...999).contains(detail)
        {
            self.init(code, subject: subject, detail: detail, text: parts.count > 1 ? String(parts[1]) : "")
        } else {
            self.init(code, subject: 0, detail: 0, text: statusAndText)
        }
    }
}
