/// An action with its reason and expiry, as an operator confirms it.
package struct Order: Codable, Sendable, Equatable {
    package var action: OperatorAction
    /// Not empty; goes into the audit log.
    package var reason: String
    /// How long an override stays in force; `nil` until it is undone. Queue actions have none.
    package var seconds: Int?

    package init(action: OperatorAction, reason: String, seconds: Int?) {
        self.action = action
        self.reason = reason
        self.seconds = seconds
    }
}

/// What an engine says after the commit.
package struct Receipt: Codable, Sendable, Equatable {
    /// Number in the audit log; `undo` takes it.
    package var number: Int64
    package var overrideID: Int64?
    /// What was done, in words.
    package var summary: String
    /// Accounts, sources or messages that it changed.
    package var affected: Int
    /// What could not be done, one line each; empty when all was.
    package var notDone: [String]

    package init(number: Int64, overrideID: Int64?, summary: String, affected: Int, notDone: [String]) {
        self.number = number
        self.overrideID = overrideID
        self.summary = summary
        self.affected = affected
        self.notDone = notDone
    }
}

/// What an action will hit, counted before it is made.
package struct Preview: Codable, Sendable, Equatable {
    package var title: String
    /// What it stops, changes or removes, figures first.
    package var facts: [Fact]
    package var warnings: [String]
    /// Accounts, sources or messages that it will change: friction grows with it.
    package var affected: Int
    package var requiredRole: Role
    /// The same on the command line.
    package var command: String
    package struct Fact: Codable, Sendable, Equatable {
        package var label: String
        package var text: String

        package init(label: String, text: String) {
            self.label = label
            self.text = text
        }
    }

    package init(
        title: String, facts: [Fact], warnings: [String], affected: Int, requiredRole: Role, command: String
    ) {
        self.title = title
        self.facts = facts
        self.warnings = warnings
        self.affected = affected
        self.requiredRole = requiredRole
        self.command = command
    }
}
