import ArgumentParser
import OperatorConsole
import PolicyEngine

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The console on an engine of its own, fed with the sample day.",
        discussion: """
            14:01 of the sample's day is now: what came before is decided at once, and the rest plays on in real time. \
            The queue is the demo's own; verdicts, limits and all that you press are the engine's.
            """)

    @OptionGroup var screen: ScreenOptions
    @Option(help: "The folder with the sample.", completion: .directory) var sampleData = "sample-data"

    func run() async throws {
        let demo: PolicyEngine.Demo
        do {
            demo = try await PolicyEngine.Demo.open(sample: sampleData)
            try await demo.start()
        } catch {
            Output.error("sekisho: \(error)")
            throw CommandStatus.failed.code
        }
        let playing = Task { await demo.run() }
        let result = await Result { try await screen.show(demo.link) }
        playing.cancel()
        await demo.stop()
        try result.get()
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
