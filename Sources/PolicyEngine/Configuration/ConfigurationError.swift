/// One thing that is wrong in a configuration file.
package struct ConfigurationProblem: Sendable, Equatable {
    package var file: String
    /// Counted from 1; `nil` if it concerns the whole file.
    package var line: Int?
    package var column: Int?
    /// Where in the file: `carriers.docomo.rate`, `listen[1].path`; empty for the whole.
    package var key: String
    package var problem: String
    package var remedy: String?

    package init(
        file: String, line: Int? = nil, column: Int? = nil, key: String = "", problem: String, remedy: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.problem = problem
        self.remedy = remedy
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `sekisho.toml:12: carriers.docomo.rate: it is negative. Write …`, as compilers do, so that editors can jump.
    package var description: String {
        var place = file
        if let line { place += ":\(line)" }
        if let column { place += ":\(column)" }
        return place + ": " + (key.isEmpty ? "" : key + ": ") + problem + (remedy.map { ". \($0)" } ?? "")
    }
}

/// Why a configuration cannot be used: all that is wrong with it, in the order of the file.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package var problems: [ConfigurationProblem]

    package init(problems: [ConfigurationProblem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
