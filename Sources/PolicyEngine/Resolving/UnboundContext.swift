import CUnbound
import Glibc
import MailAuthentication

/// libunbound's context, set up and with its worker thread running.
///
/// The pointer may be used by any thread: libunbound guards its context with locks of its own, so that questions may be
/// asked by one thread while another fetches answers (libunbound(3), "threads"). Only ``close()`` must be alone, which
/// its caller sees to.
final class UnboundContext: Sendable {
    // Never written after init, and what it points to is guarded as said above.
    private nonisolated(unsafe) let context: OpaquePointer

    /// Readable when there are answers to fetch.
    let descriptor: Int32

    /// - Throws: ``ResolverError``.
    init(_ settings: ResolverSettings) throws(ResolverError) {
        guard let context = ub_ctx_create() else {
            throw .cannotStart(step: "ub_ctx_create", reason: "out of memory or descriptors")
        }
        do {
            try Self.configure(context, settings)
            try Self.startWorker(context)
        } catch {
            ub_ctx_delete(context)
            throw error
        }
        self.context = context
        descriptor = ub_fd(context)
    }

    /// - Parameter argument: comes back in the callback, which runs in ``process()``.
    /// - Returns: the number under which the look-up can be cancelled; nil if it was not begun, and then there is no
    ///   callback.
    func ask(
        _ question: Question, argument: UnsafeMutableRawPointer, callback: ub_callback_type
    ) -> Int32? {
        var number: Int32 = 0
        let result = ub_resolve_async(
            context, question.name.presentation, Int32(question.type.rawValue), 1, argument, callback, &number)
        return result == UB_NOERROR.rawValue ? number : nil
    }

    /// Fetches the answers that are there; the callbacks run before it returns.
    /// - Returns: false where the worker cannot be heard any more.
    func process() -> Bool {
        ub_process(context) == UB_NOERROR.rawValue
    }

    /// - Returns: whether the callback will not run any more.
    func cancel(_ number: Int32) -> Bool {
        ub_cancel(context, number) == UB_NOERROR.rawValue
    }

    /// Ends the worker and gives everything back; no callback runs any more. The last call, and while no other is on.
    func close() {
        ub_ctx_delete(context)
    }

    private static func configure(_ context: OpaquePointer, _ settings: ResolverSettings) throws(ResolverError) {
        ub_ctx_debugout(context, nil)
        try check("threads", ub_ctx_async(context, 1))
        switch settings.servers {
        case .system(let path):
            try checkReadable(path)
            try check(path, ub_ctx_resolvconf(context, path))
        case .forwarders(let servers):
            if servers.isEmpty { throw .noServer }
            for server in servers {
                try check("server \(server)", ub_ctx_set_fwd(context, server.forwardAddress))
            }
        }
        if let path = settings.trustAnchorFile {
            try checkReadable(path)
            try check(path, ub_ctx_add_ta_file(context, path))
        }
        let sockets = min(max(settings.lookupsInFlight, 16), 1_024)
        for (option, value) in options + [("outgoing-range:", "\(sockets)")] {
            try check("option \(option)", ub_ctx_set_option(context, option, value))
        }
        if settings.trustAnchorFile == nil {
            try check("option module-config:", ub_ctx_set_option(context, "module-config:", "iterator"))
        }
    }

    private static let options = [
        // The server that is asked may well be this machine's.
        ("do-not-query-localhost:", "no"),
        // What is below 10.in-addr.arpa and its like, the server knows; the library would make its own answer.
        ("unblock-lan-zones:", "yes"),
        ("insecure-lan-zones:", "yes"),
        // Milliseconds until a server is asked again, from another port, so that its answer to the first question is lost.
        // By the library's own 376 and 50 that would be all that takes it seconds to find out. Both are the whole process's.
        ("unknown-server-time-limit:", "2500"),
        ("infra-cache-min-rtt:", "2500"),
        // Truncated answers are fetched over TCP.
        ("outgoing-num-tcp:", "32"),
        // A server that was away is asked again soon, not after the 15 minutes that fit an authoritative one.
        ("infra-host-ttl:", "30"),
        ("infra-keep-probing:", "yes"),
        // Answers are cached above.
        ("msg-cache-size:", "1m"),
        ("rrset-cache-size:", "2m"),
        ("edns-buffer-size:", "1232"),
    ]

    /// Makes libunbound start its thread now, so that a setting that it cannot work with is told at start.
    private static func startWorker(_ context: OpaquePointer) throws(ResolverError) {
        // RFC 6761 section 6.2 leaves "test" to the resolver that is asked.
        try check("start", ub_ctx_zone_remove(context, "test."))
        // Answered by the library itself (RFC 6761 section 6.3).
        try check(
            "start",
            ub_resolve_async(
                context, "localhost.", 1, 1, nil, { _, _, result in ub_resolve_free(result) }, nil))
    }

    private static func check(_ step: String, _ result: Int32) throws(ResolverError) {
        guard result != UB_NOERROR.rawValue else { return }
        throw .cannotStart(step: step, reason: String(cString: ub_strerror(result)))
    }

    private static func checkReadable(_ path: String) throws(ResolverError) {
        guard access(path, R_OK) == 0 else {
            throw .unreadableFile(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
