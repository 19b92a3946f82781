import ControlProtocol
import Foundation
import Testing

/// The engine as its own user without privileges, with the sudo rule that README.md gives.
@Suite struct PrivilegeTests {
    private let tanaka = EngineConfiguration.Account.tanaka.login

    @Test func engineWithoutPrivilegesWorksTheQueueThroughSudo() async throws {
        var configuration = EngineConfiguration()
        configuration.user = "nobody"
        configuration.postsuper = ["/usr/bin/sudo", "-n", "/usr/sbin/postsuper"]
        // Postfix lets root alone name a configuration that the system's own does not list.
        configuration.postqueue = ["/usr/bin/sudo", "-n", "/usr/sbin/postqueue"]
        try await Site.open(configuration: configuration) { site in
            let rule = try SudoRule(user: "nobody", configurationDirectory: site.postfix.configurationDirectory)
            defer { rule.remove() }
            try await site.engine.change("suspend", tanaka, "--hold")
            let client = try await site.submit(as: tanaka)
            for _ in 1...2 { #expect(try await client.send(from: tanaka, to: "a@elsewhere.example").accepted) }
            try await eventually("the held messages in the queue view") {
                try await site.engine.queue(of: tanaka).count == 2
            }
            let receipt = try await site.engine.change("queue", "delete", "--account", tanaka, "--yes")
            #expect(receipt.affected == 2)
            #expect(try await site.postfix.queue().isEmpty)
        }
    }
}
