// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors in our own targets; the language mode is Swift 6, which the tools version implies.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A check goes on where its caller runs, so that what needs no waiting never leaves the event loop (SE-0461).
let onCallersExecutor: [SwiftSetting] = strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let package = Package(
    name: "sekisho",
    products: [
        .executable(name: "sekisho", targets: ["sekisho"]),
        .executable(name: "sekisho-bench", targets: ["sekisho-bench"]),
        .executable(name: "sekisho-sample", targets: ["sekisho-sample"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // The decisions: plain values in, verdict out.
        .target(name: "MailPolicy", dependencies: ["CPrefetch"], swiftSettings: strict),
        // One instruction that Swift has no word for.
        .systemLibrary(name: "CPrefetch"),
        // Bytes <-> values, no decisions.
        .target(name: "PostfixProtocols", swiftSettings: strict),
        // SPF, Sender ID, DKIM, DMARC, ARC and Authentication-Results, over a Resolver.
        .target(
            name: "MailAuthentication",
            dependencies: [
                "MailPolicy",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: onCallersExecutor),
        .target(
            name: "PolicyStore",
            dependencies: [
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(
            name: "ControlProtocol",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "PolicyEngine",
            dependencies: [
                "MailPolicy", "MailAuthentication", "PostfixProtocols", "PolicyStore", "ControlProtocol", "SampleDay",
                "CPrefetch", "CUnbound",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CUnbound", providers: [.apt(["libunbound-dev"])]),
        .systemLibrary(name: "CNCurses", providers: [.apt(["libncursesw5-dev"])]),
        // What must be C: curses' macros and variadics, and what is done inside a signal handler.
        .target(
            name: "CTerminal", dependencies: ["CNCurses"], cSettings: [.headerSearchPath("../CNCurses")],
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(
            name: "OperatorConsole",
            dependencies: ["CTerminal", "ControlProtocol"],
            swiftSettings: strict),
        .executableTarget(
            name: "sekisho",
            dependencies: [
                "PolicyEngine", "MailAuthentication", "MailPolicy", "OperatorConsole", "ControlProtocol",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // For those who work on Sekisho: the sample day and its generator, and the benchmark.
        .target(name: "SampleDay", swiftSettings: strict),
        .executableTarget(
            name: "sekisho-sample",
            dependencies: [
                "SampleDay",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CEpoll"),
        .executableTarget(
            name: "sekisho-bench",
            dependencies: [
                "CEpoll", "ControlProtocol", "MailAuthentication",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),

        // A stand-in engine for tests of the control protocol and the command.
        .target(
            name: "ControlTesting",
            dependencies: [
                "ControlProtocol", "PolicyEngine",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/ControlTesting", swiftSettings: strict),
        .testTarget(name: "MailPolicyTests", dependencies: ["MailPolicy"], swiftSettings: strict),
        .testTarget(
            name: "MailAuthenticationTests",
            dependencies: ["MailAuthentication", "MailPolicy", .product(name: "Yams", package: "Yams")],
            exclude: ["AuthenticationResults/read-with-authres.py", "Interchange"],
            swiftSettings: onCallersExecutor),
        .testTarget(name: "PostfixProtocolsTests", dependencies: ["PostfixProtocols"], swiftSettings: strict),
        .testTarget(
            name: "PolicyStoreTests",
            dependencies: ["PolicyStore", "PolicyStoreWriter", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        // Writes to a store until the tests kill it.
        .executableTarget(
            name: "PolicyStoreWriter", dependencies: ["PolicyStore"], path: "Tests/PolicyStoreWriter",
            swiftSettings: strict),
        .testTarget(
            name: "ControlProtocolTests", dependencies: ["ControlProtocol", "ControlTesting"], swiftSettings: strict),
        .testTarget(
            name: "PolicyEngineTests",
            dependencies: [
                "PolicyEngine", "MailPolicy", "MailAuthentication", "PolicyStore", "PostfixProtocols",
                "ControlProtocol", "ControlTesting",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: [
                "Milter/message.lua", "Milter/old.lua", "Milter/refusal.lua", "Milter/sign.lua", "Milter/verify.lua",
                "Queue/run-script-beside",
            ], swiftSettings: strict),
        .testTarget(
            name: "OperatorConsoleTests", dependencies: ["OperatorConsole", "CTerminal", "ControlProtocol"],
            exclude: ["Frames", "Golden"], swiftSettings: strict),
        .testTarget(
            name: "SekishoCommandTests",
            dependencies: [
                "sekisho", "ControlProtocol", "ControlTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(name: "SampleDayTests", dependencies: ["SampleDay", "PostfixProtocols"], swiftSettings: strict),
        .testTarget(
            name: "SekishoBenchTests", dependencies: ["sekisho-bench", "PostfixProtocols"], swiftSettings: strict),
        .testTarget(name: "EndToEndTests", dependencies: ["ControlProtocol", "sekisho"], swiftSettings: strict),
        // What must hold of any bytes that strangers send: tried with the seeds by a test, with all else by a fuzzer.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "PolicyEngine", "MailAuthentication", "MailPolicy", "PostfixProtocols",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/Fuzzing/Targets", swiftSettings: onCallersExecutor),
        .testTarget(
            name: "FuzzSeedTests", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing/SeedTests",
            swiftSettings: strict),
    ]
)

// It links with libFuzzer alone: see Tests/Fuzzing/run.
if Context.environment["SEKISHO_FUZZ"] != nil {
    package.products.append(.executable(name: "sekisho-fuzz", targets: ["sekisho-fuzz"]))
    package.targets.append(
        .executableTarget(
            name: "sekisho-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing/Driver", swiftSettings: strict))
}
