import ArgumentParser
import Foundation
import PolicyEngine

/// What ``ParserTrial`` starts.
struct CheckTOML: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toml", abstract: "End with 0 if the parser of TOML can stand what is on standard input.",
        shouldDisplay: false)

    func run() throws {
        let bytes = try FileHandle.standardInput.readToEnd() ?? Data()
        ParserTrial.attempt(String(decoding: bytes, as: UTF8.self))
    }
}
