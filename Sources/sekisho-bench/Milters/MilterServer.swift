import Foundation

/// A milter that is measured.
enum MilterServer: String, CaseIterable {
    case sekisho, opendkim, rspamd

    private static let openDKIMProgram = "/usr/sbin/opendkim"
    private static let rspamdProgram = "/usr/bin/rspamd"

    func does(_ work: MilterWork) -> Bool { self != .rspamd || work == .verify }

    var isInstalled: Bool {
        switch self {
        case .sekisho: true
        case .opendkim: FileManager.default.isExecutableFile(atPath: Self.openDKIMProgram)
        case .rspamd: FileManager.default.isExecutableFile(atPath: Self.rspamdProgram)
        }
    }

    func socket(_ work: MilterWork, in field: MilterField) -> String {
        "\(field.folder)/\(rawValue)-\(work.rawValue).sock"
    }

    /// Starts it, with all that is usual on.
    func start(_ work: MilterWork, in field: MilterField, sekisho: String) throws -> Child {
        let child: Child
        switch self {
        case .sekisho: child = try startSekisho(field, sekisho)
        case .opendkim: child = try startOpenDKIM(work, field)
        case .rspamd: child = try startRspamd(field)
        }
        do {
            try child.waitUntilReady(at: .unix(path: socket(work, in: field)), seconds: 60)
        } catch {
            child.end()
            throw error
        }
        return child
    }

    /// SPF, Sender ID, DKIM, ARC and DMARC are all on, and what is found goes to the figures and into the store.
    private func startSekisho(_ field: MilterField, _ program: String) throws -> Child {
        let file = field.folder + "/sekisho.toml"
        try field.write(
            """
            domains = ["isp.example"]

            [[milter]]
            path = "\(socket(.verify, in: field))"
            does = "verify"

            [[milter]]
            path = "\(socket(.sign, in: field))"
            does = "sign"

            [control]
            socket = "\(field.folder)/control.sock"

            [store]
            path = "\(field.folder)/sekisho.db"

            [plans.new]
            limits = ["10 messages per day"]

            [authentication]
            authserv_id = "mx.isp.example"
            resolver = ["127.0.0.1:\(field.dnsPort)"]
            dmarc = "reject"

            [[sign]]
            domain = "\(MilterField.domain)"
            selector = "\(MilterField.selector)"
            key = "\(field.keyFile)"

            """, to: file)
        return try Child(program, ["serve", "--config", file])
    }

    /// Its records come from a file, which is faster than any cache: Debian's cannot be told of a DNS on another port but so
    /// that threads that ask at the same time crash it.
    private func startOpenDKIM(_ work: MilterWork, _ field: MilterField) throws -> Child {
        let file = "\(field.folder)/opendkim-\(work.rawValue).conf"
        let key = field.folder + "/opendkim-dns"
        try field.write(field.keyRecordLine, to: key)
        try field.write("192.0.2.1\n", to: field.folder + "/opendkim-hosts")
        try field.write(
            """
            Mode \(work == .sign ? "s" : "v")
            Socket local:\(socket(work, in: field))
            Syslog no
            AuthservID mx.isp.example
            AlwaysAddARHeader yes
            RequireSafeKeys no
            TestDNSData \(key)
            InternalHosts \(work == .sign ? field.folder + "/opendkim-hosts" : "127.0.0.1")
            \(work == .sign ? "Domain \(MilterField.domain)\nSelector \(MilterField.selector)\nKeyFile \(field.keyFile)" : "")

            """, to: file)
        return try Child(Self.openDKIMProgram, ["-f", "-x", file])
    }

    /// With the rules that it comes with; its DNS is that of the others.
    private func startRspamd(_ field: MilterField) throws -> Child {
        let local = field.folder + "/rspamd"
        let files = FileManager.default
        for name in ["local.d", "override.d", "db", "log", "run"] {
            try files.createDirectory(atPath: "\(local)/\(name)", withIntermediateDirectories: true)
        }
        try field.write("dns { nameserver = [\"127.0.0.1:\(field.dnsPort)\"]; }\n", to: local + "/local.d/options.inc")
        try field.write("enabled = false;\n", to: local + "/local.d/worker-normal.inc")
        try field.write("enabled = false;\n", to: local + "/local.d/worker-controller.inc")
        try field.write("enabled = false;\n", to: local + "/local.d/worker-fuzzy.inc")
        try field.write(
            """
            milter = yes;
            bind_socket = "\(socket(.verify, in: field)) mode=0666";
            count = 2;
            timeout = 120s;
            upstream "local" { default = yes; self_scan = yes; }

            """, to: local + "/local.d/worker-proxy.inc")
        try field.write("use = [\"authentication-results\"];\n", to: local + "/local.d/milter_headers.conf")
        return try Child(
            Self.rspamdProgram,
            [
                "-f", "-i", "-c", "/etc/rspamd/rspamd.conf", "--var=LOCAL_CONFDIR=\(local)", "--var=DBDIR=\(local)/db",
                "--var=LOGDIR=\(local)/log", "--var=RUNDIR=\(local)/run",
            ])
    }
}
