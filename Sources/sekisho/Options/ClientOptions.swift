import ArgumentParser
import Foundation
import MailAuthentication
import MailPolicy

/// Who is connected, as SPF sees it.
struct ClientOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The client's address.", valueName: "address")) var ip: String
    @Option(help: ArgumentHelp("The name that it gave with HELO or EHLO.", valueName: "name")) var helo = ""
    @Option(help: ArgumentHelp("MAIL FROM; empty for the null sender.", valueName: "address")) var from = ""

    /// - Throws: `ValidationError`.
    func client() throws -> SPFClient {
        guard let address = IPAddress(ip) else {
            throw ValidationError("--ip: \"\(ip)\" is no address; write 192.0.2.1 or 2001:db8::1")
        }
        return SPFClient(address: address, helo: helo)
    }

    /// Without the angle brackets that it may have been copied with.
    var mailFrom: String { from.hasPrefix("<") && from.hasSuffix(">") ? String(from.dropFirst().dropLast()) : from }

    static var now: Moment {
        let now = Milliseconds(Date().timeIntervalSince1970 * 1000)
        return Moment(steady: now, wall: now)
    }
}
