import Foundation
import FuzzTargets

/// libFuzzer with one of the targets: `sekisho-fuzz TARGET [libFuzzer's own arguments]`.
@main
enum Driver {
    /// `LLVMFuzzerRunDriver` of compiler-rt's FuzzerInterface: `int (int *argc, char ***argv, callback)`.
    @_silgen_name("LLVMFuzzerRunDriver")
    private static func run(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt

    private static let target: FuzzTarget = {
        guard CommandLine.arguments.count > 1, let target = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            FileHandle.standardError.write(Data("name a target: \(names)\n".utf8))
            exit(64)
        }
        return target
    }()

    /// libFuzzer knows no tasks: it waits for what might wait.
    private static func check(_ bytes: [UInt8]) {
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do {
                try await target.check(bytes)
            } catch {
                fatalError("\(error)")
            }
            done.signal()
        }
        done.wait()
    }

    static func main() {
        _ = target
        var words = CommandLine.arguments
        words.remove(at: 1)
        let pointers = words.map { strdup($0) } + [nil]
        let arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: pointers.count)
        arguments.initialize(from: pointers, count: pointers.count)
        var count = CInt(words.count)
        var start = arguments
        exit(
            run(&count, &start) { bytes, count in
                Driver.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }
}
