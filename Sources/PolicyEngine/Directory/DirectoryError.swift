/// One thing that is wrong in an accounts directory.
package struct DirectoryProblem: Sendable, Equatable, CustomStringConvertible {
    /// Counted from 1; 0 if it concerns the whole file.
    package var line: Int
    package var problem: String

    package init(line: Int, problem: String) {
        self.line = line
        self.problem = problem
    }

    package var description: String { line == 0 ? problem : "\(line): \(problem)" }
}

/// Why an accounts directory cannot be imported. Nothing of it was.
package struct DirectoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// How many problems are told in full.
    package static let mostProblems = 20

    package var file: String
    /// In the order of the file.
    package var problems: [DirectoryProblem]
    /// How many more there are.
    package var untold: Int

    package init(file: String, problems: [DirectoryProblem], untold: Int = 0) {
        self.file = file
        self.problems = problems
        self.untold = untold
    }

    package var description: String {
        let lines = problems.map { $0.line == 0 ? "\(file): \($0.problem)" : "\(file):\($0)" }
        return (lines + (untold > 0 ? ["\(file): and \(untold) more problems"] : [])).joined(separator: "\n")
    }
}
