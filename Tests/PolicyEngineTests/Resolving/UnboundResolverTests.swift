import Foundation
import MailAuthentication
import MailPolicy
import Synchronization
import Testing

@testable import PolicyEngine

/// Against a real unbound that is started for them.
@Suite struct UnboundResolverTests {
    private static let zone = """
          local-zone: "example.org." static
          local-data: 'example.org. 300 IN TXT "v=spf1 -all"'
          local-data: 'example.org. 300 IN TXT "one" " and " "two"'
          local-data: 'example.org. 300 IN MX 20 backup.example.org.'
          local-data: 'example.org. 300 IN MX 10 Mail.Example.ORG.'
          local-data: 'mail.example.org. 300 IN A 192.0.2.1'
          local-data: 'mail.example.org. 300 IN A 192.0.2.2'
          local-data: 'mail.example.org. 300 IN AAAA 2001:db8::25'
          local-data: 'null.example.org. 300 IN MX 0 .'
          local-data: 'alias.example.org. 300 IN CNAME mail.example.org.'
          local-data: 'dangling.example.org. 300 IN CNAME nothing.example.org.'
          local-data: 'loop.example.org. 300 IN CNAME pool.example.org.'
          local-data: 'pool.example.org. 300 IN CNAME loop.example.org.'
          local-data: 'short.example.org. 1 IN A 192.0.2.9'
          local-data: 'odd.example.org. 300 IN MX 10 a\\046b.example.org.'
          local-data: 'big.example.org. 300 IN TXT \(big)'
          local-zone: "10.in-addr.arpa." static
          local-data: '5.2.0.10.in-addr.arpa. 300 IN PTR host.example.org.'
          local-zone: "refusing.example." refuse
          local-zone: "silent.example." deny
          local-zone: "name.test." static
          local-data: 'name.test. 300 IN A 192.0.2.7'
        forward-zone:
          name: "broken.example."
          forward-addr: 127.0.0.1@1
        """

    /// 10,000 bytes of text.
    private static let big = Array(repeating: "\"\(String(repeating: "x", count: 250))\"", count: 40)
        .joined(separator: " ")

    private func resolver(
        _ server: String, _ change: (inout ResolverSettings) -> Void = { _ in },
        now: @escaping @Sendable () -> Milliseconds = { 0 }
    ) throws -> UnboundResolver {
        var settings = ResolverSettings()
        settings.servers = .forwarders([try ResolverServer(parsing: server)])
        settings.timeout = 20_000
        change(&settings)
        return try UnboundResolver(settings, now: now)
    }

    @Test func recordsOfEachTypeAreRead() async throws {
        let server = try UnboundServer(Self.zone)
        let resolver = try resolver(server.address)
        let texts = await resolver.answer(to: Question("example.org", .txt)).records
        #expect(Set(texts) == [.text(Array("v=spf1 -all".utf8)), .text(Array("one and two".utf8))])
        let exchanges = await resolver.answer(to: Question("EXAMPLE.org.", .mx)).records
        #expect(
            Set(exchanges) == [
                .mx(preference: 10, exchange: "mail.example.org"), .mx(preference: 20, exchange: "backup.example.org"),
            ])
        let addresses = await resolver.answer(to: Question("mail.example.org", .a)).records
        #expect(Set(addresses) == [.address(IPAddress(v4: 0xC000_0201)), .address(IPAddress(v4: 0xC000_0202))])
        #expect(
            await resolver.answer(to: Question("mail.example.org", .aaaa)).records
                == [.address(try #require(IPAddress("2001:db8::25")))])
        #expect(
            await resolver.answer(to: Question("5.2.0.10.in-addr.arpa", .ptr)).records == [.ptr("host.example.org")])
        #expect(
            await resolver.answer(to: Question("null.example.org", .mx)).records == [.mx(preference: 0, exchange: "")])
        #expect(await resolver.answer(to: Question("name.test", .a)).records == [.address(IPAddress(v4: 0xC000_0207))])
    }

    @Test func aTextLargerThanADatagramComesOverTCP() async throws {
        let server = try UnboundServer(Self.zone)
        let resolver = try resolver(server.address)
        let answer = await resolver.answer(to: Question("big.example.org", .txt))
        #expect(answer.records == [.text(Array(repeating: UInt8(ascii: "x"), count: 10_000))])
    }

    @Test func whatDoesNotExistAndWhatHasNoSuchRecordAreToldApart() async throws {
        let server = try UnboundServer(Self.zone)
        let resolver = try resolver(server.address)
        #expect(await resolver.answer(to: Question("nothing.example.org", .txt)).outcome == .noSuchName)
        #expect(await resolver.answer(to: Question("mail.example.org", .txt)).outcome == .noData)
        #expect(await resolver.answer(to: Question("a..b", .txt)).outcome == .noSuchName)
        #expect(await resolver.answer(to: Question("", .txt)).outcome == .noSuchName)
    }

    @Test func aliasesAreFollowedAndALoopFails() async throws {
        let server = try UnboundServer(Self.zone)
        let resolver = try resolver(server.address)
        #expect(await resolver.answer(to: Question("alias.example.org", .a)).records.count == 2)
        #expect(await resolver.answer(to: Question("dangling.example.org", .a)).outcome == .noSuchName)
        let loop = await resolver.answer(to: Question("loop.example.org", .a))
        #expect(loop.records.isEmpty)
    }

    @Test func aNameWithABackslashOrASpaceIsAskedForAsItStands() async throws {
        let server = try UnboundServer(Self.zone)
        let resolver = try resolver(server.address)
        // As an escape it would be mail.example.org.
        #expect(await resolver.answer(to: Question(#"\109ail.example.org"#, .a)).outcome == .noSuchName)
        #expect(await resolver.answer(to: Question("ma il.example.org", .a)).outcome == .noSuchName)
        #expect(await resolver.answer(to: Question("mail\0.example.org", .a)).outcome == .noSuchName)
        // A target that reads in text like another name is of no use.
        #expect(await resolver.answer(to: Question("odd.example.org", .mx)).outcome == .noData)
    }

    @Test func failuresAreToldApartAndCounted() async throws {
        let server = try UnboundServer(Self.zone)
        let resolver = try resolver(server.address) { $0.timeout = 400 }
        #expect(await resolver.answer(to: Question("www.broken.example", .a)).outcome == .failed(.serverFailed))
        #expect(await resolver.answer(to: Question("www.silent.example", .a)).outcome == .failed(.timedOut))
        let refused = await resolver.answer(to: Question("www.refusing.example", .a)).outcome
        #expect([.failed(.refused), .failed(.serverFailed)].contains(refused))
        let counters = resolver.counters
        #expect(counters.asked == 3)
        #expect(counters.timedOut == 1)
        #expect(counters.serverFailed + counters.refused == 2)
        #expect(counters.inFlight == 0)
    }

    @Test func anAnswerOverTheBoundsIsMalformed() async throws {
        let server = try UnboundServer(Self.zone)
        let resolver = try resolver(server.address) {
            $0.answer.bytes = 9_000
            $0.answer.records = 1
        }
        #expect(await resolver.answer(to: Question("big.example.org", .txt)).outcome == .failed(.malformed))
        #expect(await resolver.answer(to: Question("mail.example.org", .a)).outcome == .failed(.malformed))
        #expect(resolver.counters.malformed == 2)
    }

    @Test func whatATrustAnchorCannotVouchForIsBogus() async throws {
        let server = try UnboundServer(Self.zone)
        let anchor = try FakeCommand("")
        let digest = String(repeating: "00", count: 32)
        try anchor.put("example.org. IN DS 12345 8 2 \(digest)\n", as: "anchor")
        let path = anchor.folder.appendingPathComponent("anchor").path
        let resolver = try resolver(server.address) { $0.trustAnchorFile = path }
        #expect(await resolver.answer(to: Question("example.org", .txt)).outcome == .failed(.bogus))
        #expect(resolver.counters.bogus == 1)
        // What lies outside of the anchor's zone is only not secure.
        let other = await resolver.answer(to: Question("name.test", .a))
        #expect(!other.isSecure)
    }

    @Test func anAnswerIsCachedForItsTTLAndNoLonger() async throws {
        let server = try UnboundServer(Self.zone)
        let time = Atomic<Milliseconds>(1_000)
        let resolver = try resolver(server.address, now: { time.load(ordering: .relaxed) })
        let question = Question("short.example.org", .a)
        #expect(await resolver.answer(to: question).records.count == 1)
        time.store(1_999, ordering: .relaxed)
        #expect(await resolver.answer(to: question).records.count == 1)
        #expect(resolver.counters.fromCache == 1)
        time.store(2_000, ordering: .relaxed)
        #expect(await resolver.answer(to: question).records.count == 1)
        #expect(resolver.counters.fromCache == 1)
        #expect(resolver.counters.asked == 3)
    }

    @Test func aCachedAnswerNeverLeavesTheCallersExecutor() async throws {
        let server = try UnboundServer(Self.zone)
        let resolver = try resolver(server.address)
        let asker = Asker(resolver)
        let question = Question("mail.example.org", .a)
        #expect(await asker.jobsToAnswer(question) > 0)
        #expect(await asker.jobsToAnswer(question) == 0)
    }

    @Test func manyWhoAskTheSameShareOneLookup() async throws {
        let silent = try SilentSocket()
        let resolver = try resolver(silent.address) { $0.timeout = 1_500 }
        let askers = (0..<50).map { _ in Task { await resolver.answer(to: Question("example.org", .txt)) } }
        #expect(await eventually { resolver.counters.shared + resolver.counters.fromCache == 49 })
        for asker in askers { #expect(await asker.value.outcome == .failed(.timedOut)) }
        #expect(resolver.counters.timedOut == 1)
        #expect(resolver.counters.inFlight == 0)
        // The failure is remembered for a while.
        #expect(await resolver.answer(to: Question("example.org", .txt)).outcome == .failed(.timedOut))
        #expect(resolver.counters.timedOut == 1)
    }

    @Test func lookupsOverTheBoundFailAtOnce() async throws {
        let silent = try SilentSocket()
        let resolver = try resolver(silent.address) { $0.lookupsInFlight = 2 }
        let askers = ["a.example", "b.example"].map { (name: DomainName) in
            Task { await resolver.answer(to: Question(name, .a)) }
        }
        #expect(await eventually { resolver.counters.inFlight == 2 })
        #expect(await resolver.answer(to: Question("c.example", .a)).outcome == .failed(.serverFailed))
        #expect(resolver.counters.turnedAway == 1)
        resolver.shutDown()
        for asker in askers { #expect(await asker.value.outcome == .failed(.serverFailed)) }
        #expect(await resolver.answer(to: Question("d.example", .a)).outcome == .failed(.serverFailed))
    }

    @Test func aThousandLookupsAtOnceAreAllAnswered() async throws {
        let server = try UnboundServer(
            "  local-zone: \"example.net.\" redirect\n  local-data: 'example.net. 60 IN A 192.0.2.3'")
        let resolver = try resolver(server.address) { $0.timeout = 60_000 }
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    await resolver.answer(to: Question(DomainName("h\(number).example.net"), .a)).records.count
                }
            }
            var found = 0
            for await count in group { found += count }
            #expect(found == 1_000)
        }
        #expect(resolver.counters.inFlight == 0)
        #expect(resolver.counters.turnedAway == 0)
    }

    @Test func resolversThatComeAndGoWithQuestionsOnLeaveNothing() async throws {
        let silent = try SilentSocket()
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        for _ in 0..<20 {
            let resolver = try resolver(silent.address)
            let askers = (0..<20).map { number in
                Task { await resolver.answer(to: Question(DomainName("n\(number).example"), .a)) }
            }
            #expect(await eventually { resolver.counters.inFlight == 20 })
            resolver.shutDown()
            for asker in askers { #expect(await asker.value.outcome == .failed(.serverFailed)) }
        }
        // Other tests run beside this one and hold some.
        #expect(
            await eventually {
                ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? .max) < before + 400
            })
    }

    @Test func settingsThatCannotWorkAreToldAtStart() throws {
        var settings = ResolverSettings()
        settings.servers = .system(path: "/nonexistent/resolv.conf")
        #expect(throws: ResolverError.self) { try UnboundResolver(settings) }
        settings.servers = .forwarders([])
        #expect(throws: ResolverError.noServer) { try UnboundResolver(settings) }
        settings.servers = .forwarders([try ResolverServer(parsing: "192.0.2.1")])
        settings.trustAnchorFile = "/nonexistent/root.key"
        #expect(throws: ResolverError.self) { try UnboundResolver(settings) }
        let broken = try FakeCommand("")
        settings.trustAnchorFile = broken.path
        #expect(throws: ResolverError.self) { try UnboundResolver(settings) }
    }

    @Test func serversAreAddressesWithOrWithoutAPort() throws {
        #expect(try ResolverServer(parsing: "192.0.2.1").description == "192.0.2.1:53")
        #expect(try ResolverServer(parsing: "192.0.2.1:5353").description == "192.0.2.1:5353")
        #expect(try ResolverServer(parsing: "2001:db8::1").description == "[2001:db8::1]:53")
        #expect(try ResolverServer(parsing: "[2001:db8::1]:5353").forwardAddress == "2001:db8::1@5353")
        for text in ["", "dns.example:53", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "[192.0.2.1]:53", "[::1]"] {
            #expect(throws: ResolverError.badServer(text)) { try ResolverServer(parsing: text) }
        }
    }
}

/// Asks from an executor that counts what is put on it.
private actor Asker {
    private final class CountingExecutor: SerialExecutor {
        let jobs = Atomic(0)
        private let queue = DispatchQueue(label: "asker")

        func enqueue(_ job: consuming ExecutorJob) {
            jobs.add(1, ordering: .relaxed)
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }

    private let executor = CountingExecutor()
    private let resolver: UnboundResolver

    init(_ resolver: UnboundResolver) { self.resolver = resolver }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func jobsToAnswer(_ question: Question) async -> Int {
        let before = executor.jobs.load(ordering: .relaxed)
        _ = await resolver.answer(to: question)
        return executor.jobs.load(ordering: .relaxed) - before
    }
}
