/// The files of a ``PostfixInstance``.
struct PostfixConfiguration {
    var folder: TemporaryFolder
    var ports: [Gate: UInt16]
    var injectionPort: UInt16
    var surroundings: PostfixInstance.Surroundings

    /// Recipients that the MX knows; it refuses all others of `isp.example`.
    static let knownRecipients = ["tanaka@isp.example", "sato@isp.example"]

    func write() throws {
        try folder.write(try main(), to: "postfix/main.cf")
        try folder.write(try master(), to: "postfix/master.cf")
        if ports[.outbound] != nil {
            try folder.write(try recipe("carriers outbound"), to: "postfix/carriers")
        }
    }

    private var gates: [Gate] { Gate.allCases.filter { ports[$0] != nil } }

    private func main() throws -> String {
        let known = Self.knownRecipients.map { "{ \($0) = ok }" }.joined(separator: " ")
        return """
            compatibility_level = 3.6
            queue_directory = \(folder["queue"])
            data_directory = \(folder["data"])
            maillog_file = \(folder["maillog"])
            maillog_file_prefixes = \(folder.path)
            myhostname = mail.isp.example
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks =
            mydestination =
            alias_maps =
            local_transport = error:no local mail here
            relay_domains = isp.example
            relay_recipient_maps = inline:{ \(known) }
            relayhost = [127.0.0.1]:\(surroundings.sinkPort)
            relay_transport = smtp:[127.0.0.1]:\(surroundings.sinkPort)
            smtpd_peername_lookup = no
            smtpd_client_connection_count_limit = 0
            smtpd_error_sleep_time = 0
            smtpd_hard_error_limit = 1000
            in_flow_delay = 0
            default_process_limit = 200

            """ + (try recipe("main.cf all gates")) + (surroundings.milters == nil ? "" : try recipe("main.cf milter"))
                + (try gates.map { try recipe("main.cf \($0.rawValue)") }.joined())
    }

    private func master() throws -> String {
        Self.services + "127.0.0.1:\(injectionPort) inet n - n - - smtpd\n"
            + "  -o mynetworks=127.0.0.0/8\n  -o { smtpd_relay_restrictions = permit_mynetworks, reject }\n"
            + (try gates.map { try recipe("master.cf \($0.rawValue)") + milter(of: $0) }.joined())
    }

    private func milter(of gate: Gate) throws -> String {
        guard surroundings.milters != nil else { return "" }
        switch gate {
        case .submission: return try recipe("master.cf sign")
        case .mx: return try recipe("master.cf verify")
        case .outbound: return ""
        }
    }

    /// A recipe with what it names in a real system replaced by what this test has.
    private func recipe(_ name: String) throws -> String {
        var text = try ReadmeRecipe.block(name)
        for (word, replacement) in replacements {
            text = text.replacing(word, with: replacement)
        }
        return text
    }

    private var replacements: [(String, String)] {
        var list = [
            ("/run/sekisho/policy.sock", surroundings.policySocket),
            ("/etc/postfix/", folder["postfix/"]),
            ("private/auth", surroundings.authSocket),
            ("content_filter=smtp:", "content_filter=smtp:[127.0.0.1]:\(surroundings.sinkPort)"),
        ]
        if let milters = surroundings.milters {
            list.append(("/run/sekisho/verify.sock", milters.verify))
            list.append(("/run/sekisho/sign.sock", milters.sign))
        }
        if let port = ports[.submission] { list.append(("submission inet ", "127.0.0.1:\(port) inet ")) }
        if let port = ports[.mx] { list.append(("smtp      inet ", "127.0.0.1:\(port) inet ")) }
        if let port = ports[.outbound] {
            list.append(("127.0.0.1:10026", "127.0.0.1:\(port)"))
            list.append(("[127.0.0.1]:10026", "[127.0.0.1]:\(port)"))
        }
        return list
    }

    /// What every Postfix has, none of it chrooted.
    private static let services = """
        pickup    unix  n - n 60 1 pickup
        cleanup   unix  n - n - 0 cleanup
        qmgr      unix  n - n 300 1 qmgr
        rewrite   unix  - - n - - trivial-rewrite
        bounce    unix  - - n - 0 bounce
        defer     unix  - - n - 0 bounce
        trace     unix  - - n - 0 bounce
        verify    unix  - - n - 1 verify
        flush     unix  n - n 1000? 0 flush
        proxymap  unix  - - n - - proxymap
        smtp      unix  - - n - - smtp
        showq     unix  n - n - - showq
        error     unix  - - n - - error
        retry     unix  - - n - - error
        discard   unix  - - n - - discard
        anvil     unix  - - n - 1 anvil
        scache    unix  - - n - 1 scache
        postlog   unix-dgram n - n - 1 postlogd

        """
}
