import Foundation

/// The lines that README.md tells an operator to paste: the tests run those and no others.
enum ReadmeRecipe {
    /// The fenced block that follows `<!-- recipe: NAME -->`.
    static func block(_ name: String) throws -> String {
        let text = try String(contentsOfFile: readme, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let mark = lines.firstIndex(of: "<!-- recipe: \(name) -->") else {
            throw RigError("README.md has no recipe named \"\(name)\"")
        }
        let block = lines[(mark + 1)...].drop { !$0.hasPrefix("```") }.dropFirst().prefix { $0 != "```" }
        guard !block.isEmpty else { throw RigError("the recipe \"\(name)\" in README.md has no block") }
        return block.joined(separator: "\n") + "\n"
    }

    private static var readme: String {
        URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("README.md").path
    }
}
