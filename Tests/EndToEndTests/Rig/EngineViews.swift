import ControlProtocol
import Foundation

/// What the command line tells with `--json`, as values.
extension Engine {
    nonisolated func queue(of account: String) async throws -> [QueueRow] {
        guard case .queue(let page) = try await frame("queue", "list", "--account", account).content else {
            throw RigError("`sekisho queue list` did not answer with the queue")
        }
        return page.rows
    }

    nonisolated func account(_ login: String) async throws -> AccountDetail {
        guard case .account(let detail) = try await frame("show", "account", login).content else {
            throw RigError("the engine does not know \(login)")
        }
        return detail
    }

    nonisolated func carrier(_ name: String) async throws -> CarrierDetail {
        guard case .carrier(let detail) = try await frame("show", "carrier", name).content else {
            throw RigError("the engine does not know \(name)")
        }
        return detail
    }

    nonisolated func source(_ address: String) async throws -> SourceDetail {
        guard case .source(let detail) = try await frame("show", "source", address).content else {
            throw RigError("the engine does not know \(address)")
        }
        return detail
    }

    nonisolated func domains() async throws -> [DomainRow] {
        guard case .domains(let page) = try await frame("top", "domains").content else {
            throw RigError("`sekisho top domains` did not answer with domains")
        }
        return page.rows
    }

    nonisolated func why(_ subject: String) async throws -> [VerdictRow] {
        guard case .why(let page) = try await frame("why", subject).content else {
            throw RigError("`sekisho why \(subject)` did not answer with verdicts")
        }
        return page.rows
    }

    nonisolated func actions() async throws -> [ActionRow] {
        guard case .actions(let page) = try await frame("top", "actions").content else {
            throw RigError("`sekisho top actions` did not answer with the audit log")
        }
        return page.rows
    }

    /// A change that must succeed; returns its receipt.
    @discardableResult
    nonisolated func change(_ arguments: String...) async throws -> Receipt {
        let line = try await perform(arguments + ["--reason", "end-to-end test", "--json"])
        return try JSONDecoder().decode(Receipt.self, from: Data(line.utf8))
    }

    private nonisolated func frame(_ arguments: String...) async throws -> ViewFrame {
        let line = try await perform(arguments + ["--json"])
        return try JSONDecoder().decode(ViewFrame.self, from: Data(line.utf8))
    }
}
