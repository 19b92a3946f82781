import ArgumentParser
import PolicyEngine

/// Whom the DNS is asked.
struct ResolverOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Ask this server instead of the system's, an address and a port.", valueName: "host:port"))
    var resolver: ResolverServer?

    /// - Parameter trustAnchor: A file of keys to validate from.
    /// - Throws: ``ResolverError``.
    func makeResolver(trustAnchor: String? = nil) throws -> UnboundResolver {
        var settings = ResolverSettings()
        if let resolver { settings.servers = .forwarders([resolver]) }
        settings.trustAnchorFile = trustAnchor
        return try UnboundResolver(settings)
    }
}

extension ResolverServer: ExpressibleByArgument {
    public init?(argument: String) {
        do { try self.init(parsing: argument) } catch { return nil }
    }
}
