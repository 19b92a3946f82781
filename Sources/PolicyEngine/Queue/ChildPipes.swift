import Glibc
import Synchronization

/// The three pipes between the engine and a child. All close on exec; ours do not block.
struct ChildPipes {
    private(set) var input: Int32 = -1
    private(set) var output: Int32 = -1
    private(set) var error: Int32 = -1
    private(set) var childInput: Int32 = -1
    private(set) var childOutput: Int32 = -1
    private(set) var childError: Int32 = -1

    init() throws(ChildProcessError) {
        do throws(ChildProcessError) {
            (childInput, input) = try Self.pipe()
            (output, childOutput) = try Self.pipe()
            (error, childError) = try Self.pipe()
            for descriptor in [input, output, error] {
                guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { throw .pipe(errno: errno) }
            }
        } catch {
            closeAll()
            throw error
        }
    }

    /// Held while pipes are made and a child is started: a child that starts just before a pipe is set to close on exec
    /// would keep it open.
    static let starting = Mutex(())

    private static func pipe() throws(ChildProcessError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw .pipe(errno: errno) }
        return (try aboveStandard(ends[0]), try aboveStandard(ends[1]))
    }

    /// In a process that was started without standard descriptors a pipe may get their numbers, and would then be
    /// overwritten while the child's own are put in place. The copy closes on exec, the original never does.
    private static func aboveStandard(_ descriptor: Int32) throws(ChildProcessError) -> Int32 {
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        Glibc.close(descriptor)
        guard moved >= 0 else { throw .pipe(errno: errno) }
        return moved
    }

    mutating func closeInput() { Self.close(&input) }
    mutating func closeOutput() { Self.close(&output) }
    mutating func closeError() { Self.close(&error) }

    mutating func closeChildEnds() {
        Self.close(&childInput)
        Self.close(&childOutput)
        Self.close(&childError)
    }

    mutating func closeAll() {
        closeChildEnds()
        closeInput()
        closeOutput()
        closeError()
    }

    private static func close(_ descriptor: inout Int32) {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }
}
