import Foundation
import FuzzTargets
import Testing

/// What fuzzing found, and where it starts from: each keeps what must hold of any input.
@Suite struct SeedTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Seeds")

    private static func seeds(of target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appendingPathComponent(target.rawValue), includingPropertiesForKeys: [.fileSizeKey])
    }

    @Test(arguments: FuzzTarget.allCases)
    func everySeedKeepsWhatMustHoldOfAnyInput(_ target: FuzzTarget) async throws {
        let seeds = try Self.seeds(of: target)
        #expect(seeds.count >= 5)
        for seed in seeds {
            await #expect(throws: Never.self, "\(seed.lastPathComponent)") {
                try await target.check(Array(try Data(contentsOf: seed)))
            }
        }
    }

    @Test func theSeedsStaySmall() throws {
        let sizes = try FuzzTarget.allCases.flatMap(Self.seeds).map { try Data(contentsOf: $0).count }
        #expect(sizes.reduce(0, +) < 100_000)
    }

    @Test func bytesOfAllKindsAreTried() async throws {
        var random = Xorshift(state: 20_261_126)
        for target in FuzzTarget.allCases {
            for _ in 0..<200 {
                let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                await #expect(throws: Never.self, "\(target) \(Data(bytes).base64EncodedString())") {
                    try await target.check(bytes)
                }
            }
        }
    }
}

/// The same bytes in every run (Marsaglia, "Xorshift RNGs", 2003).
private struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
