import CTerminal
import Foundation

/// The clipboard of the operator's own terminal, through OSC 52. Terminals that do not allow it ignore it.
enum Clipboard {
    /// Terminals take about this much; more is not sent.
    static let maximumBytes = 50_000

    static func sequence(_ text: String) -> String? {
        let data = Data(text.utf8)
        guard data.count <= maximumBytes else { return nil }
        return "\u{1B}]52;c;" + data.base64EncodedString() + "\u{07}"
    }

    static func copy(_ text: String) {
        guard let sequence = sequence(text) else { return }
        let bytes = Array(sequence.utf8)
        bytes.withUnsafeBytes { buffer in
            sekisho_terminal_write(buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
        }
    }
}
