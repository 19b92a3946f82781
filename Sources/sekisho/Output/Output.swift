import ControlProtocol
import Foundation

/// Standard output and standard error of the command.
enum Output {
    /// Compact JSON in which nothing can steer a terminal: what JSON lets stand as it is, such as the C1 control
    /// characters, is written as `\u009b`.
    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONLine.encode(value), as: UTF8.self).unicodeScalars.map { scalar in
            scalar.steersTerminal
                ? scalar.utf16.map { "\\u" + hexadecimal(UInt32($0), digits: 4) }.joined() : String(scalar)
        }.joined()
    }

    static func error(_ text: String, terminator: String = "\n") {
        FileHandle.standardError.write(Data((text + terminator).utf8))
    }

    /// - Throws: ``CommandStatus/partlyDone``, after what was not done is told.
    static func print(receipt: Receipt, json asJSON: Bool) throws {
        if asJSON {
            Swift.print(try json(receipt))
        } else {
            Swift.print("#\(receipt.number)  \(visible(receipt.summary))")
        }
        guard !receipt.notDone.isEmpty else { return }
        if !asJSON { for line in receipt.notDone { error("not done: " + visible(line)) } }
        throw CommandStatus.partlyDone.code
    }

    static func print(preview: Preview) {
        Swift.print(visible(preview.title))
        let facts = preview.facts.map { [$0.label, $0.text] } + [["Takes role", preview.requiredRole.rawValue]]
        Swift.print(TextTable(columns: [.left(""), .left("")], rows: facts).text)
        for warning in preview.warnings { error("warning: " + visible(warning)) }
    }

    /// - Throws: ``ControlError`` when the engine does not know the subject, or has nothing to say of it.
    static func print(frame: ViewFrame, json asJSON: Bool) throws {
        if asJSON { Swift.print(try json(frame)) }
        if case .unknownSubject(let why) = frame.content { throw ControlError.notFound(why) }
        if case .why(let page) = frame.content, page.total == 0 {
            throw ControlError.notFound(
                "no verdict on it is kept; kept are the newest of all (verdicts_kept), and what was refused for a day")
        }
        if !asJSON { Swift.print(FrameText(frame).text) }
    }
}
