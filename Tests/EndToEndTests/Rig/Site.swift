/// A small ISP: Postfix with the gates that the test needs, logins, an engine, and a sink in place of the Internet.
struct Site: Sendable {
    let folder: TemporaryFolder
    let sink: MailSink
    let auth: DovecotAuth
    let engine: Engine
    let postfix: PostfixInstance

    /// Builds a site, runs `body`, and takes everything down again. What the programs logged goes with an error.
    static func open(
        gates: [Gate] = [.submission], configuration: EngineConfiguration = .init(),
        isolation: isolated (any Actor)? = #isolation, _ body: (Site) async throws -> Void
    ) async throws {
        await BuildingLots.all.take()
        do {
            try await openNow(gates: gates, configuration: configuration, body)
            await BuildingLots.all.giveBack()
        } catch {
            await BuildingLots.all.giveBack()
            throw error
        }
    }

    private static func openNow(
        gates: [Gate], configuration: EngineConfiguration, isolation: isolated (any Actor)? = #isolation,
        _ body: (Site) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var parts = RunningParts()
        do {
            let site = try await build(in: folder, gates: gates, configuration: configuration, parts: &parts)
            try await body(site)
        } catch {
            await parts.end()
            throw RigError("\(error)\n\(end(of: EnginePaths.output, in: folder))\n\(end(of: "maillog", in: folder))")
        }
        await parts.end()
    }

    private static func end(of log: String, in folder: TemporaryFolder) -> String {
        let lines = folder.read(log).split(separator: "\n").suffix(12).map { $0.prefix(240) }
        return "== the end of \(log)\n" + lines.joined(separator: "\n")
    }

    private static func build(
        in folder: TemporaryFolder, gates: [Gate], configuration: EngineConfiguration, parts: inout RunningParts,
        isolation: isolated (any Actor)? = #isolation
    ) async throws -> Site {
        let sink = try await MailSink(in: folder)
        parts.add { await sink.end() }
        let auth = try await DovecotAuth(in: folder, logins: configuration.accounts.map(\.login))
        parts.add { await auth.end() }
        let engine = try Engine(in: folder, configuration: configuration)
        parts.add { await engine.end() }
        let surroundings = PostfixInstance.Surroundings(
            policySocket: engine.policySocket, authSocket: auth.socket, sinkPort: sink.port,
            milters: configuration.authentication.map { _ in engine.milters })
        let postfix = try await PostfixInstance(in: folder, gates: gates, surroundings: surroundings)
        parts.add { await postfix.end() }
        try await engine.start()
        return Site(folder: folder, sink: sink, auth: auth, engine: engine, postfix: postfix)
    }

    /// A connection to the submission service, authenticated.
    func submit(as login: String) async throws -> SMTPClient {
        let client = try SMTPClient(port: try postfix.port(.submission))
        let reply = try await client.open(login: login)
        guard reply.code == 235 else { throw RigError("AUTH as \(login): \(reply)") }
        return client
    }
}
