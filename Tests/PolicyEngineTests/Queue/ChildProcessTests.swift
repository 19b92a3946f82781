import Foundation
import Glibc
import Synchronization
import Testing

@testable import PolicyEngine

@Suite struct ChildProcessTests {
    /// Collects what a child writes.
    private final class Bytes: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        func add(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0.append(contentsOf: more) } }
        var count: Int { bytes.withLock(\.count) }
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    private func run(
        _ arguments: [String], input: [UInt8] = [], timeLimit: Duration = .seconds(60), outputLimit: Int = 1 << 30,
        errorLimit: Int = 1 << 20, output: Bytes = Bytes(), error: Bytes = Bytes()
    ) async throws(ChildProcessError) -> ChildEnd {
        try await ChildProcess.run(
            ChildCommand(
                arguments: arguments, input: input, timeLimit: timeLimit, outputLimit: outputLimit,
                errorLimit: errorLimit),
            output: { output.add($0) }, error: { error.add($0) })
    }

    @Test func argumentsReachTheProgramUntouched() async throws {
        let fake = try FakeCommand(#"for word in "$@"; do printf '%s\n' "$word"; done"#)
        let output = Bytes()
        let words = ["$(touch x)", "a b", "; rm -rf /", "*", "日本"]
        #expect(try await run([fake.path] + words, output: output) == .exited(code: 0))
        #expect(output.text.split(separator: "\n").map(String.init) == words)
    }

    @Test func exitCodeAndBothOutputsComeBack() async throws {
        let fake = try FakeCommand("echo out; echo err >&2; exit 69")
        let (output, error) = (Bytes(), Bytes())
        #expect(try await run([fake.path], output: output, error: error) == .exited(code: 69))
        #expect(output.text == "out\n")
        #expect(error.text == "err\n")
    }

    @Test func aSignalIsTold() async throws {
        let fake = try FakeCommand("kill -9 $$")
        #expect(try await run([fake.path]) == .signalled(SIGKILL))
    }

    @Test func aChildThatHangsIsEnded() async throws {
        let fake = try FakeCommand("echo $$ >$here/pid; trap '' TERM; while :; do sleep 1; done")
        await #expect(throws: ChildProcessError.timeLimit(.milliseconds(300))) {
            try await run([fake.path], timeLimit: .milliseconds(300))
        }
        let pid = try #require(fake.lines(of: "pid").first.flatMap(pid_t.init))
        #expect(await eventually { !isRunning(pid) })
    }

    @Test func whatTheChildLeavesBehindIsNotWaitedFor() async throws {
        let fake = try FakeCommand("sleep 300 & echo $! >$here/pid; echo done")
        let output = Bytes()
        #expect(try await run([fake.path], timeLimit: .seconds(100), output: output) == .exited(code: 0))
        #expect(output.text == "done\n")
        let pid = try #require(fake.lines(of: "pid").first.flatMap(pid_t.init))
        kill(pid, SIGKILL)
    }

    @Test func muchInputAndMuchOutputDoNotWaitForEachOther() async throws {
        let output = Bytes()
        let input = [UInt8](repeating: 0x61, count: 5_000_000)
        #expect(try await run(["cat"], input: input, output: output) == .exited(code: 0))
        #expect(output.count == input.count)
    }

    @Test func aChildThatReadsNothingIsNoEnd() async throws {
        let fake = try FakeCommand("exec 0<&-; exit 3")
        let input = [UInt8](repeating: 0x61, count: 1_000_000)
        #expect(try await run([fake.path], input: input) == .exited(code: 3))
    }

    @Test func errorOutputIsReadButNotKeptBeyondItsLimit() async throws {
        let fake = try FakeCommand("head -c 20000000 /dev/zero >&2; exit 1")
        let error = Bytes()
        #expect(try await run([fake.path], errorLimit: 10_000, error: error) == .exited(code: 1))
        #expect(error.count == 10_000)
    }

    @Test func outputWithoutEndIsStopped() async throws {
        await #expect(throws: ChildProcessError.outputLimit(bytes: 1_000_000)) {
            try await run(["yes"], outputLimit: 1_000_000)
        }
    }

    @Test func cancellingEndsTheChild() async throws {
        let fake = try FakeCommand("echo $$ >$here/pid; exec sleep 300")
        let task = Task { () throws(ChildProcessError) in try await run([fake.path], timeLimit: .seconds(300)) }
        #expect(await eventually { !fake.lines(of: "pid").isEmpty })
        task.cancel()
        await #expect(throws: ChildProcessError.cancelled) { try await task.value }
        let pid = try #require(fake.lines(of: "pid").first.flatMap(pid_t.init))
        #expect(await eventually { !isRunning(pid) })
    }

    @Test func aProgramThatIsNotThereIsAnError() async throws {
        await #expect(throws: ChildProcessError.notStarted(program: "/nonexistent/postqueue", errno: ENOENT)) {
            try await run(["/nonexistent/postqueue"])
        }
        await #expect(throws: ChildProcessError.notStarted(program: "no-such-command", errno: ENOENT)) {
            try await run(["no-such-command"])
        }
        await #expect(throws: ChildProcessError.notStarted(program: "", errno: EINVAL)) { try await run([]) }
    }

    @Test func aProgramThatMayNotBeRunIsAnError() async throws {
        let fake = try FakeCommand("exit 0", executable: false)
        await #expect(throws: ChildProcessError.notStarted(program: fake.path, errno: EACCES)) {
            try await run([fake.path])
        }
    }

    @Test func theEnvironmentIsFixed() async throws {
        let output = Bytes()
        #expect(try await run(["env"], output: output) == .exited(code: 0))
        #expect(
            Set(output.text.split(separator: "\n").map(String.init))
                == ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC"])
    }

    @Test func theChildSeesNoOtherDescriptors() async throws {
        let output = Bytes()
        // The shell's own listing opens one more; 100 children at once would leak into each other if anything did.
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = try? await run(["ls", "/proc/self/fd"], output: output) }
            }
        }
        #expect(Set(output.text.split(separator: "\n")) == ["0", "1", "2", "3"])
    }

    @Test func manyHangingChildrenHoldUpNobody() async throws {
        let hanging = (0..<30).map { _ in
            Task { () throws(ChildProcessError) in try await run(["sleep", "300"], timeLimit: .seconds(300)) }
        }
        // Far more than the cooperative pool has threads; this one still runs.
        #expect(try await run(["true"]) == .exited(code: 0))
        for task in hanging { task.cancel() }
        for task in hanging { await #expect(throws: ChildProcessError.cancelled) { try await task.value } }
    }
}
